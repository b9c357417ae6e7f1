using System.Collections.Immutable;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Alerts;

/// <summary>One of the rules that we ship: who silences whom, where which labels are equal.</summary>
internal sealed record InhibitRule(
    ImmutableArray<string> SourceMatchers, ImmutableArray<string> TargetMatchers, ImmutableArray<string> Equal)
{
    // kube-prometheus-stack's own stand first.
    private const int Foreign = 4;

    private const string Exactly = "alertname = ";
    private const string OneOf = "alertname =~ ";

    public static string Folder { get; } = Path.Combine(Repo.Root, "rules/alertmanager");

    public static ImmutableArray<InhibitRule> Ours => Of("inhibit.yaml")[Foreign..];

    public static ImmutableArray<InhibitRule> KubePrometheusStacks => Of("inhibit.yaml")[..Foreign];

    public string Source =>
        SourceMatchers.Single(one => one.StartsWith(Exactly, StringComparison.Ordinal))[Exactly.Length..];

    public ImmutableArray<string> Targets =>
    [
        .. TargetMatchers.Where(one => one.StartsWith(Exactly, StringComparison.Ordinal))
            .Select(one => one[Exactly.Length..]),
        .. TargetMatchers.Where(one => one.StartsWith(OneOf, StringComparison.Ordinal))
            .SelectMany(one => one[OneOf.Length..].Trim('"').Split('|')),
    ];

    public static ImmutableArray<InhibitRule> Of(string file) =>
    [
        .. YamlText.Parse(File.ReadAllText(Path.Combine(Folder, file))).At("inhibit_rules").Items().Select(rule =>
            new InhibitRule(
                Texts(rule.At("source_matchers")), Texts(rule.At("target_matchers")), Texts(rule.At("equal")))),
    ];

    /// <summary>One line that says all.</summary>
    public override string ToString() =>
        $"{string.Join(", ", SourceMatchers)} > {string.Join(", ", TargetMatchers)} where {string.Join(", ", Equal)}";

    private static ImmutableArray<string> Texts(YamlNode? node) => [.. node.Items().Select(item => item.Text() ?? "")];
}
