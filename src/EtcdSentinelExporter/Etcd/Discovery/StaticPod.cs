using EtcdSentinelExporter.Host.Pods;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>etcd as a container of a static pod.</summary>
/// <param name="Options">From its command and environment.</param>
/// <param name="Mounts">Maps its paths to host paths.</param>
/// <param name="IsKubeadm">True if kubeadm wrote the manifest.</param>
internal sealed record StaticPod(EtcdOptions Options, PodMounts Mounts, bool IsKubeadm)
{
    private const string KubeadmMark = "kubeadm.kubernetes.io/etcd.advertise-client-urls";

    /// <exception cref="FormatException">Invalid or truncated YAML, no etcd container, or variables that expand beyond
    /// the limit.</exception>
    public static StaticPod Parse(string text)
    {
        var found = from document in YamlText.ParseAll(text)
                    from pod in document.At("items") is { } items ? items.Items() : [document]
                    where pod.At("kind").Text() is "Pod"
                    from container in pod.At("spec").At("containers").Items()
                    let command = EtcdCommandOf(container)
                    where command is not null
                    orderby container.At("name").Text() == "etcd" ? 0 : 1
                    select (pod, container, command);
        return found.FirstOrDefault() is { command: { } words } first
            ? Read(first.pod, first.container, words)
            : throw new FormatException(
                "contains no Pod with an etcd container; set etcd.manifest or etcd.endpoints");
    }

    private static StaticPod Read(YamlNode pod, YamlNode container, EtcdCommand command)
    {
        // The kubelet rejects a container without these two: such a manifest is half written.
        if (container.At("name").Text() is null || container.At("image").Text() is null)
            throw new FormatException("is truncated: its etcd container has no name or no image; write it again");
        var budget = new ExpansionBudget();
        var environment = Environment(container, budget).ToImmutableDictionary(StringComparer.Ordinal)
            .SetItems(command.Assignments);
        var flags = EtcdFlags.Parse(
            [.. command.Arguments.Select(word => PodVariables.Expand(word, environment, budget))]);
        var options = EtcdOptions.From(flags, environment);
        // A whole ConfigMap may set any option, but only for the quota would we report the default instead.
        var maySetQuota = container.At("envFrom").Items().Any() && !options.IsSet("quota-backend-bytes");
        return new(
            maySetQuota ? options with { Hidden = options.Hidden.Add("quota-backend-bytes") } : options,
            PodMounts.Read(pod, container),
            pod.At("metadata").At("annotations").At(KubeadmMark) is not null);
    }

    private static EtcdCommand? EtcdCommandOf(YamlNode container)
    {
        ImmutableArray<string> words = [.. Words(container.At("command")), .. Words(container.At("args"))];
        if (EtcdCommand.Find(words) is { } found)
            return found;
        // Without a command the image's entry point runs, which is etcd.
        return container.At("name").Text() == "etcd" && container.At("command") is null ? new(words, [], []) : null;
    }

    private static IEnumerable<string> Words(YamlNode? list) => list.Items().Select(item => item.Text() ?? "");

    // The last of two entries with the same name wins, as in the kubelet.
    private static Dictionary<string, string?> Environment(YamlNode container, ExpansionBudget budget)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var entry in container.At("env").Items())
        {
            if (entry.At("name").Text() is { } name)
            {
                environment[name] = entry.At("valueFrom") is null
                    ? PodVariables.Expand(entry.At("value").Text() ?? "", environment, budget)
                    : null;
            }
        }
        return environment;
    }
}
