using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Passthrough;

/// <summary>Two Prometheis, one of which sees etcd only through the exporter, evaluate the same expressions.</summary>
public sealed partial class MixinTests(ITestOutputHelper output)
{
    private const string Job = "kube-etcd";

    // A rate needs two.
    private const int Moments = 4;

    // Only the order of additions differs.
    private const double Tolerance = 1e-9;

    [Fact]
    public async Task Every_expression_of_the_etcd_mixin_has_the_same_values()
    {
        var expressions = Expressions();
        await using var cluster = await EtcdCluster.StartAsync(new() { ExtraFlags = ["--metrics=extensive"] });
        await using var first = await FrozenPage.StartAsync(cluster.Members[0].MetricsUrl);
        await using var second = await FrozenPage.StartAsync(cluster.Members[1].MetricsUrl);
        await using var third = await FrozenPage.StartAsync(cluster.Members[2].MetricsUrl);
        await using var one = await BesideAsync(cluster.Members[0], first);
        await using var two = await BesideAsync(cluster.Members[1], second);
        await using var three = await BesideAsync(cluster.Members[2], third);
        FrozenPage[] pages = [first, second, third];
        var names = cluster.Members.Select(member => member.Name).ToArray();
        await using var direct = await Prometheus.StartAsync(
            Job, [.. names.Zip(pages, (name, page) => (name, page.Address))]);
        await using var through = await Prometheus.StartAsync(
            Job, [.. names.Zip([one, two, three], (name, beside) => (name, new Uri(beside.Address, "etcd/metrics")))]);

        await StoredAsync(pages, direct, through);
        for (var moment = 1; moment < Moments; moment++)
        {
            await LoadAsync(cluster);
            foreach (var page in pages)
                await page.TakeAsync();
            await StoredAsync(pages, direct, through);
        }
        var at = await UpEverywhereAsync(direct, through);

        var filled = 0;
        foreach (var expression in expressions)
            filled += await CompareAsync(direct, through, expression, at) > 0 ? 1 : 0;
        output.WriteLine($"{expressions.Length} expressions and parts of them, {filled} with values");
        Assert.InRange(filled, expressions.Length / 3, expressions.Length);
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

    private static Task<Sentinel> BesideAsync(MemberProcess member, FrozenPage page) => Sentinel.StartAsync(
        member.Node.Root, $"--path.rootfs={member.Node.Root}", $"--etcd.metrics-url={page.Address}");

    private static async Task LoadAsync(EtcdCluster cluster)
    {
        for (var i = 0; i < 40; i++)
        {
            await cluster.EtcdctlAsync("put", $"key{i}", new string('x', 20_000));
            await cluster.EtcdctlAsync("get", "--prefix", "key1");
        }
    }

    /// <summary>Waits until both have stored these pages: a page that only one of them saw is a sample that the other
    /// lacks, from the first page on.</summary>
    private static async Task StoredAsync(FrozenPage[] pages, params Prometheus[] readers)
    {
        var moments = pages.Select(page => page.Moment / 1000.0).Order().ToArray();
        foreach (var reader in readers)
        {
            await Wait.UntilAsync(
                async () => (await reader.AskAsync("timestamp(etcd_server_has_leader)", Now())).Values.Order()
                    .SequenceEqual(moments),
                "the pages are scraped");
        }
    }

    /// <summary>A moment at which the last scrape of each target succeeded: a busy machine may miss one.</summary>
    private static async Task<DateTimeOffset> UpEverywhereAsync(params Prometheus[] readers)
    {
        var at = Now();
        await Wait.UntilAsync(
            async () =>
            {
                at = Now();
                var up = await Task.WhenAll(readers.Select(reader => reader.AskAsync("up == 1", at)));
                return Array.TrueForAll(up, targets => targets.Count == 3);
            },
            "all targets are up");
        return at;
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

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
