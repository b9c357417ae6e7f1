using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>
/// Every test of the rules once more, in harder circumstances. One ruler evaluates many clusters: beside the cluster of the
/// test there is a healthy one with the same names, addresses and IDs. And while a pod is replaced, an exporter is there
/// twice: a join that matches one row with two fails as a whole, and its alert with it. Nothing may change.
/// </summary>
public sealed class TwinClustersTests : IDisposable
{
    private static readonly string Rules = Path.Combine(Repo.Root, "rules");

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-sentinel-twins-").FullName;

    public static TheoryData<string> Files =>
        new(Directory.EnumerateFiles(Rules, "*.test.yaml")
            // A file about recorded series alone has nothing that could fire.
            .Where(file => File.ReadAllText(file).Contains("alert_rule_test:", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Neither_a_healthy_twin_nor_a_second_pod_changes_what_fires(string file)
    {
        var root = Load(Path.Combine(Rules, file));
        var tests = Items(root, "tests").Cast<YamlMappingNode>().ToArray();
        var rules = Path.Combine(_folder, "rules.yaml");
        Save(rules, NeededRules.Of(
            Items(root, "rule_files").SelectMany(name => Items(Load(Path.Combine(Rules, name.ToString())), "groups"))
                .Cast<YamlMappingNode>(),
            tests.SelectMany(test => Items(test, "alert_rule_test")).Select(check => Word(check, "alertname"))));
        root.Children["rule_files"] = new YamlSequenceNode(new YamlScalarNode(rules));
        foreach (var test in tests)
            test.Children["input_series"] = new YamlSequenceNode(Items(test, "input_series").SelectMany(Twice).Concat(Twin(test)));
        foreach (var test in tests)
            test.Children.Remove("promql_expr_test");
        Save(Path.Combine(_folder, file), root);

        await CleanProcess.RunAsync(Promtool(), ["test", "rules", Path.Combine(_folder, file)]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // That of Prometheus 3, where it was fetched: scripts/test runs the files as they are with the older one.
    private static string Promtool() =>
        Path.Combine(Path.GetDirectoryName(Prometheus.Binaries.Last())!, "promtool") is var newest && File.Exists(newest)
            ? newest
            : Tools.Find("promtool");

    private static IEnumerable<YamlNode> Twice(YamlNode series)
    {
        var name = Word(series, "series");
        if (!name.StartsWith("etcd_sentinel_", StringComparison.Ordinal))
            return [series];
        var labels = name.IndexOf('{', StringComparison.Ordinal);
        return from pod in new[] { "old", "new" }
               select Series($"{name[..labels]}{{uid=\"{pod}\",{name[(labels + 1)..]}", Word(series, "values"));
    }

    private static IEnumerable<YamlNode> Twin(YamlMappingNode test)
    {
        var step = Seconds(Word(test, "interval"));
        var end = Items(test, "alert_rule_test").Concat(Items(test, "promql_expr_test"))
            .Max(check => Seconds(Word(check, "eval_time")));
        return new HealthyTwin(Items(test, "input_series").Select(one => Word(one, "series")), step, (end / step) + 2)
            .All().Select(one => Series(one.Series, one.Values));
    }

    private static YamlMappingNode Series(string name, string values) => new("series", name, "values", values);

    private static int Seconds(string duration)
    {
        var (total, number) = (0, 0);
        foreach (var one in duration)
        {
            if (char.IsAsciiDigit(one))
            {
                number = (number * 10) + (one - '0');
                continue;
            }
            total += number * one switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 7 * 86400, _ => 0 };
            number = 0;
        }
        return total;
    }

    private static string Word(YamlNode map, string key) => ((YamlMappingNode)map).Children[key].ToString();

    private static IEnumerable<YamlNode> Items(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var value) && value is YamlSequenceNode list ? list.Children : [];

    private static YamlMappingNode Load(string file)
    {
        using var text = File.OpenText(file);
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static void Save(string file, YamlMappingNode root)
    {
        using var text = File.CreateText(file);
        new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
    }
}
