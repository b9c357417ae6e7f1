using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>
/// While a pod is replaced, and wherever Prometheus writes a pod's name on each series, an exporter is there twice. A
/// join that matches one row with two fails as a whole, and its alert with it.
/// </summary>
public sealed class TwoPodsTests : IDisposable
{
    private static readonly string Rules = Path.Combine(Repo.Root, "rules");

    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-sentinel-pods-").FullName;

    public static TheoryData<string> Files =>
        new(Directory.EnumerateFiles(Rules, "*.test.yaml").Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task An_exporter_that_two_pods_tell_of_makes_the_same_alerts(string file)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(Path.Combine(Rules, file)))
            yaml.Load(text);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        root.Children["rule_files"] = new YamlSequenceNode(
            Items(root, "rule_files").Select(name => new YamlScalarNode(Path.Combine(Rules, name.ToString()))));
        foreach (var test in Items(root, "tests").Cast<YamlMappingNode>())
        {
            test.Children["input_series"] = new YamlSequenceNode(
                Items(test, "input_series").Cast<YamlMappingNode>().SelectMany(Twice));
        }

        var doubled = Path.Combine(_folder, file);
        using (var text = File.CreateText(doubled))
            yaml.Save(text, assignAnchors: false);

        await CleanProcess.RunAsync(Tools.Find("promtool"), ["test", "rules", doubled]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<YamlNode> Items(YamlMappingNode node, string name) =>
        (YamlSequenceNode)node.Children[name];

    private static IEnumerable<YamlNode> Twice(YamlMappingNode series)
    {
        var name = series.Children["series"].ToString();
        if (!name.StartsWith("etcd_sentinel_", StringComparison.Ordinal))
            return [series];
        var labels = name.IndexOf('{', StringComparison.Ordinal);
        return from pod in new[] { "old", "new" }
               select new YamlMappingNode(
                   "series", $"{name[..labels]}{{uid=\"{pod}\",{name[(labels + 1)..]}", "values",
                   series.Children["values"].ToString());
    }
}
