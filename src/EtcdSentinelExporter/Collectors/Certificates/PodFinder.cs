using System.Collections.Immutable;
using EtcdSentinelExporter.Node;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>Which components run on this node, and how they are started.</summary>
internal sealed class PodFinder(HostFiles files, Profile profile)
{
    private const int MaxBytes = 1 << 20;

    private readonly ImmutableDictionary<string, ComponentPod> _pods = Read(files, profile);

    /// <summary>Those whose mark is on the node.</summary>
    public ImmutableArray<string> Components { get; } =
    [
        .. new[] { Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler }
            .Where(component => profile.MarkOf(component) is { } mark && files.Exists(mark)),
    ];

    /// <summary>Absent where the component is no static pod, and where its manifest cannot be read.</summary>
    public ComponentPod? Of(string component) => _pods.GetValueOrDefault(component);

    public ExpectedProcess Process(string component) => new(
        component, profile.Processes.GetValueOrDefault(component, component), Of(component)?.Words ?? []);

    private static ImmutableDictionary<string, ComponentPod> Read(HostFiles files, Profile profile)
    {
        var pods = ImmutableDictionary.CreateBuilder<string, ComponentPod>(StringComparer.Ordinal);
        if (profile.Manifests is null)
            return pods.ToImmutable();
        foreach (var name in new[] { Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler })
        {
            try
            {
                var text = files.ReadText($"{profile.Manifests}/{name}{profile.ManifestSuffix}.yaml", MaxBytes);
                pods[name] = ComponentPod.Parse(name, text);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // Then its port is not known, and it is not dialled; whether it runs here is asked of the path alone.
                continue;
            }
        }
        return pods.ToImmutable();
    }
}
