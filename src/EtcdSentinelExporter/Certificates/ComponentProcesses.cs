using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Tells which process is a component of this node's control plane.</summary>
internal static class ComponentProcesses
{
    /// <summary>One per component whose process can be told; none where the process table is not visible.</summary>
    public static ImmutableArray<ComponentReading> Of(
        ImmutableArray<ExpectedProcess> components, ProcessTable table)
    {
        var running = table.Find(components.Select(component => component.Process));
        return [.. components.Select(component => Find(component, running)).OfType<ComponentReading>()];
    }

    // A node may run an etcd or API server of somebody else in an ordinary pod, so the one whose command line has most
    // in common with the manifest counts, and one of the unit that starts it before any other. Two that are as good as
    // each other are none: a wrong time is worse than no time.
    private static ComponentReading? Find(ExpectedProcess component, ImmutableArray<HostProcess> running)
    {
        var name = component.Process.Length > ProcessTable.MaxNameLength
            ? component.Process[..ProcessTable.MaxNameLength]
            : component.Process;
        var best = running.Where(process => process.Name == name)
            .GroupBy(process => (
                IsOfUnit: component.Unit is { } unit && process.Unit == unit,
                Alike: component.Words.Count(word => process.Words.Contains(word, StringComparer.Ordinal))))
            .MaxBy(alike => alike.Key)?.ToList();
        return best is [var only] ? new(component.Component, only.StartedAt) : null;
    }
}
