using EtcdSentinelExporter.Host.Yaml;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>Command line and mounts of a control plane component, from its static pod manifest.</summary>
/// <param name="Words">The container's command and arguments.</param>
/// <param name="Mounts">Maps its paths to those of the node.</param>
internal sealed record ComponentPod(ImmutableArray<string> Words, PodMounts Mounts)
{
    private readonly ImmutableDictionary<string, string> _flags = GoFlags.Parse([.. Words.Skip(1)]);

    /// <summary>Value of a flag; <see langword="null"/> if missing or empty.</summary>
    public string? Flag(string name) => _flags.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The node's path of a file named by a flag; <see langword="null"/> if missing or relative.</summary>
    public string? HostPath(string flag) => Flag(flag) is ['/', ..] path ? Mounts.ToHost(path) : null;

    /// <exception cref="FormatException">Not YAML, truncated, or without such a container.</exception>
    public static ComponentPod Parse(string component, string text)
    {
        var pod = YamlText.Parse(text);
        var container = pod.At("spec").At("containers").Items()
            .FirstOrDefault(
                item => item.At("name").Text() is { } name && component.EndsWith(name, StringComparison.Ordinal))
            ?? throw new FormatException($"has no container called {component}; write the manifest again");
        return new(
            [.. container.At("command").Items().Concat(container.At("args").Items()).Select(word => word.Text() ?? "")],
            PodMounts.Read(pod!, container));
    }
}
