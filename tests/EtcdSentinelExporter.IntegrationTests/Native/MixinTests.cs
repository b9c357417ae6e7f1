using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;
using Xunit.Abstractions;

namespace EtcdSentinelExporter.IntegrationTests.Native;

/// <summary>Two Prometheis, one of which sees etcd only through the exporter, evaluate the same expressions.</summary>
public sealed partial class MixinTests(ITestOutputHelper output)
{
    private const string Job = "kube-etcd";

    // The two scrape at moments of their own, so what is extrapolated (predict_linear) differs a little. Ratios and
    // quantiles of what happened between the first scrape and the last do not.
    private const double Tolerance = 0.1;

    [Fact]
    public async Task Every_expression_of_the_etcd_mixin_has_the_same_values()
    {
        var expressions = Expressions();
        await using var cluster = await EtcdCluster.StartAsync(new() { ExtraFlags = ["--metrics=extensive"] });
        await using var one = await Sentinel.BesideAsync(cluster.Members[0]);
        await using var two = await Sentinel.BesideAsync(cluster.Members[1]);
        await using var three = await Sentinel.BesideAsync(cluster.Members[2]);
        var starting = Prometheus.StartAsync(Job, [.. cluster.Members.Select(m => (m.Name, m.MetricsUrl))]);
        await using var through = await Prometheus.StartAsync(Job,
            [.. cluster.Members.Zip([one, two, three], (m, s) => (m.Name, new Uri(s.Address, "etcd/metrics")))]);
        await using var direct = await starting;
        await Wait.UntilAsync(
            async () => await SeesAllAsync(direct) && await SeesAllAsync(through), "both see all members");

        var at = await LoadAsync(cluster);
        for (var more = 0; more < 10 && !(await SawAllAsync(direct, at) && await SawAllAsync(through, at)); more++)
            at = await LoadAsync(cluster);

        var filled = 0;
        foreach (var expression in expressions)
            filled += await CompareAsync(direct, through, expression, at) > 0 ? 1 : 0;
        output.WriteLine($"{expressions.Length} expressions and parts of them, {filled} with values");
        Assert.InRange(filled, expressions.Length / 2, expressions.Length);
    }

    private async Task<int> CompareAsync(Prometheus direct, Prometheus through, string expression, DateTimeOffset at)
    {
        var expected = await direct.AskAsync(expression, at);
        var actual = await through.AskAsync(expression, at);

        Assert.True(
            expected.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(actual.Keys),
            $"{expression}: {string.Join(' ', expected.Keys)} against {string.Join(' ', actual.Keys)}");
        var difference = expected.Select(series => Difference(series.Value, actual[series.Key]))
            .DefaultIfEmpty(0).Max();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"{expected.Count,4} series, off by {difference:0.#####}: {expression}"));
        Assert.True(difference <= Tolerance, $"{expression} differs by {difference}");
        return expected.Count;
    }

    private static double Difference(double one, double two) =>
        one.Equals(two) ? 0 : Math.Abs(one - two) / Math.Max(Math.Abs(one), Math.Abs(two));

    // In the middle of the cluster's life each of these is non-empty for all three.
    private static async Task<bool> SeesAllAsync(Prometheus prometheus) =>
        (await prometheus.AskAsync(
            "up == 1 and on (instance) etcd_server_has_leader", TimeProvider.System.GetUtcNow())).Count == 3;

    // A scrape that a busy machine did not get done in time leaves a gap in one of the two.
    private static async Task<bool> SawAllAsync(Prometheus prometheus, DateTimeOffset at) =>
        (await prometheus.AskAsync("min_over_time(up[30s]) == 1", at)).Count == 3;

    /// <returns>A moment after which all was scraped.</returns>
    private static async Task<DateTimeOffset> LoadAsync(EtcdCluster cluster)
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(25);
        for (var i = 0; TimeProvider.System.GetUtcNow() < end; i++)
        {
            await cluster.EtcdctlAsync("put", $"key{i % 50}", new string('x', 20_000));
            await cluster.EtcdctlAsync("get", "--prefix", "key1");
        }
        var at = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(5);
        await Wait.UntilAsync(
            () => Task.FromResult(TimeProvider.System.GetUtcNow() > at + TimeSpan.FromSeconds(1)), "all is scraped");
        return at;
    }

    /// <summary>Each expression as the alert has it, and each of its sides without the threshold: a healthy cluster
    /// leaves the former empty.</summary>
    private static ImmutableArray<string> Expressions()
    {
        var shared = Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED")
            ?? Path.Combine(Repo.Root, "..", "shared");
        var rules = Path.Combine(shared, "peer-rules", "etcd-mixin.rules.yaml");
        if (!File.Exists(rules))
            return MixinParts.All;
        using var json = JsonDocument.Parse(File.ReadAllText(rules));
        return
        [
            .. json.RootElement.GetProperty("groups")[0].GetProperty("rules").EnumerateArray()
                .Select(rule => rule.GetProperty("expr").GetString()!)
                .SelectMany(expression => new[] { expression, Threshold().Replace(expression, "") })
                .Concat(MixinParts.All)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    [GeneratedRegex(@"\s*(?:==|<|>=|>)\s*[0-9.]+\s*$")]
    private static partial Regex Threshold();
}
