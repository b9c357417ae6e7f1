using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>The alerts that a file of promtool tests asks for, and the rules that these read. The others would be evaluated
/// for nobody.</summary>
internal static partial class NeededRules
{
    /// <param name="groups">Groups of the rule files; rules are taken out of them.</param>
    /// <param name="alerts">Names of alerts.</param>
    public static YamlMappingNode Of(IEnumerable<YamlMappingNode> groups, IEnumerable<string> alerts)
    {
        var all = groups.ToArray();
        var rules = all.SelectMany(Rules).ToLookup(Name, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(alerts);
        while (open.TryDequeue(out var name))
        {
            foreach (var read in needed.Add(name) ? rules[name].SelectMany(Reads) : [])
                open.Enqueue(read);
        }
        foreach (var group in all)
            group.Children["rules"] = new YamlSequenceNode(Rules(group).Where(rule => needed.Contains(Name(rule))).ToArray());
        return new("groups", new YamlSequenceNode(all.Where(group => Rules(group).Any())));
    }

    private static IEnumerable<YamlMappingNode> Rules(YamlMappingNode group) =>
        ((YamlSequenceNode)group.Children["rules"]).Cast<YamlMappingNode>();

    private static string Name(YamlMappingNode rule) =>
        (rule.Children.TryGetValue("alert", out var alert) ? alert : rule.Children["record"]).ToString();

    // Recorded series and firing alerts, also in texts.
    private static IEnumerable<string> Reads(YamlMappingNode rule)
    {
        var text = string.Join('\n', rule.AllNodes.OfType<YamlScalarNode>().Select(node => node.Value));
        return Recorded().Matches(text).Select(name => name.Value)
            .Concat(Firing().Matches(text).SelectMany(names => names.Groups[1].Value.Split('|')));
    }

    [GeneratedRegex(@"control_plane_sentinel:\w+:\w+")]
    private static partial Regex Recorded();

    [GeneratedRegex("alertname=~?\"([^\"]*)\"")]
    private static partial Regex Firing();
}
