using System.Collections.Immutable;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>The alerts that other people load beside ours. They are not part of the repository.</summary>
/// <param name="File">A plain rule file.</param>
/// <param name="Alerts">Names of those that can only fire about a series that is there.</param>
internal sealed record PeerRules(string File, ImmutableArray<string> Alerts)
{
    private const string Mixin = "etcd-mixin.rules.yaml";

    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED") ?? Path.Combine(Repo.Root, "..", "shared"),
        "peer-rules");

    /// <summary>The folder of the rules. Skips the test if they are missing.</summary>
    private static string Source
    {
        get
        {
            Assert.SkipUnless(
                System.IO.File.Exists(Path.Combine(Folder, Mixin)),
                $"The peers' rules are not in {Folder}; name the folder above in ETCD_SENTINEL_SHARED.");
            return Folder;
        }
    }

    /// <summary>etcd's mixin as it is rendered by default.</summary>
    public static PeerRules OfTheMixin(string folder) =>
        Write(folder, "mixin.yaml", Read(Mixin), expression => expression);

    /// <summary>The same as kube-prometheus-stack renders it: a member is an instance and a pod.</summary>
    public static PeerRules OfTheStack(string folder) => Write(folder, "stack.yaml", Read(Mixin),
        expression => expression.Replace("without (instance)", "without (instance, pod)", StringComparison.Ordinal));

    /// <summary>kubernetes-mixin and node-mixin as kube-prometheus renders them.</summary>
    public static IEnumerable<PeerRules> OfKubernetes(string folder) =>
        Directory.EnumerateFiles(Source, "*.prometheusrule.yaml").Order(StringComparer.Ordinal).Select(file => Write(
            folder, Path.GetFileName(file), (YamlMappingNode)Read(file)["spec"], expression => expression));

    private static PeerRules Write(string folder, string name, YamlMappingNode groups, Func<string, string> change)
    {
        var alerts = new List<string>();
        foreach (var rule in from g in (
            YamlSequenceNode)groups["groups"]
                             from r in (YamlSequenceNode)g["rules"]
                             select (YamlMappingNode)r)
        {
            var expression = change(((YamlScalarNode)rule["expr"]).Value!);
            rule.Children["expr"] = expression;
            // What fires because a job is missing fires in an empty Prometheus too, and not because of us.
            if (rule.Children.TryGetValue("alert", out var alert)
                && !expression.StartsWith("absent(", StringComparison.Ordinal))
            {
                alerts.Add(alert.ToString());
            }
        }
        var file = Path.Combine(folder, name);
        using var text = System.IO.File.CreateText(file);
        new YamlStream(new YamlDocument(groups)).Save(text, assignAnchors: false);
        return new(file, [.. alerts.Distinct(StringComparer.Ordinal)]);
    }

    private static YamlMappingNode Read(string name)
    {
        using var text = System.IO.File.OpenText(Path.Combine(Source, name));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
