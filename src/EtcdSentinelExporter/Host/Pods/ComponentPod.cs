using System.Collections.Immutable;
using EtcdSentinelExporter.Host.Yaml;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>How a component of the control plane is started by its static pod manifest.</summary>
/// <param name="Words">The container's command and arguments.</param>
/// <param name="Mounts">Where its paths are on the node.</param>
internal sealed record ComponentPod(ImmutableArray<string> Words, PodMounts Mounts)
{
    private readonly ImmutableDictionary<string, string> _flags = GoFlags.Parse([.. Words.Skip(1)], []);

    /// <summary>A flag's value; absent when it is not given, or empty.</summary>
    public string? Flag(string name) => _flags.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The node's path of a file that a flag names.</summary>
    public string? HostPath(string flag) => Flag(flag) is ['/', ..] path ? Mounts.ToHost(path) : null;

    /// <exception cref="FormatException">Not YAML, cut off, or without such a container.</exception>
    public static ComponentPod Parse(string component, string text)
    {
        var pod = YamlText.Parse(text);
        var container = pod.At("spec").At("containers").Items()
            .FirstOrDefault(
                one => one.At("name").Text() is { } name && component.EndsWith(name, StringComparison.Ordinal))
            ?? throw new FormatException($"holds no container called {component}; write the manifest anew");
        return new(
            [.. container.At("command").Items().Concat(container.At("args").Items()).Select(word => word.Text() ?? "")],
            PodMounts.Read(pod!, container));
    }
}
