using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>One alert or recorded series of <c>rules/*.rules.yaml</c>.</summary>
/// <param name="Area">File name without extensions.</param>
/// <param name="Name">Name of the alert or the recorded series.</param>
/// <param name="Interval">Interval of the group as written; empty if not set.</param>
/// <param name="For">Duration as written; <c>0</c> if not set.</param>
internal sealed record Rule(
    string Area, string Interval, bool IsAlert, string Name, string Expression, string For,
    ImmutableSortedDictionary<string, string> Labels, ImmutableSortedDictionary<string, string> Annotations)
{
    public string Severity => Labels.GetValueOrDefault("severity", "");
}

/// <summary>One check of a promtool test: whether the alert fires at that moment.</summary>
internal sealed record RuleCheck(string File, string Test, string Alert, bool Fires);

/// <summary>Reads all files of <c>rules/</c>.</summary>
internal static class RuleFiles
{
    public static string Folder { get; } = Path.Combine(Repo.Root, "rules");

    public static ImmutableArray<Rule> Rules { get; } =
    [
        .. from file in Files("*.rules.yaml")
           from @group in List(Load(file), "groups")
           from rule in List(@group, "rules")
           select Read(Path.GetFileName(file).Split('.')[0], Text(@group, "interval"), rule),
    ];

    public static ImmutableArray<Rule> Alerts { get; } = [.. Rules.Where(rule => rule.IsAlert)];

    public static ImmutableArray<RuleCheck> Checks { get; } =
    [
        .. from file in Files("*.test.yaml")
           from test in List(Load(file), "tests")
           from check in List(test, "alert_rule_test")
           select new RuleCheck(Path.GetFileName(file), Text(test, "name"), Text(check, "alertname"),
               Fires: List(check, "exp_alerts").Any()),
    ];

    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Folder, pattern).Order(StringComparer.Ordinal);

    public static string Text(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value! : "";

    public static IEnumerable<YamlNode> List(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out var value) && value is YamlSequenceNode list
            ? list.Children
            : [];

    public static ImmutableSortedDictionary<string, string> Map(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out var value)
            ? ((YamlMappingNode)value).Children.ToImmutableSortedDictionary(
                pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!,
                StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty;

    public static YamlMappingNode Load(string file)
    {
        using var text = File.OpenText(file);
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static Rule Read(string area, string interval, YamlNode rule)
    {
        var alert = Text(rule, "alert");
        return new(area, interval, IsAlert: alert is not "", Name: alert is "" ? Text(rule, "record") : alert, Text(rule, "expr"),
            For: Text(rule, "for") is { Length: > 0 } wait ? wait : "0", Map(rule, "labels"), Map(rule, "annotations"));
    }
}
