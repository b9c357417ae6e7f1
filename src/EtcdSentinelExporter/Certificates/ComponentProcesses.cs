using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Finds the processes of the control plane's components on this node.</summary>
internal static class ComponentProcesses
{
    /// <summary>Returns one entry per component whose process is found.</summary>
    public static ImmutableArray<ComponentReading> Of(
        ImmutableArray<ExpectedProcess> components, ImmutableArray<HostProcess> running) =>
        [.. components.Select(component => Find(component, running)).OfType<ComponentReading>()];

    // A node may also run an unrelated etcd or API server in an ordinary pod. So a process of the expected systemd unit
    // wins, then the one whose command line has most words in common with the manifest. A tie counts as not found: a
    // wrong time is worse than no time.
    private static ComponentReading? Find(ExpectedProcess component, ImmutableArray<HostProcess> running)
    {
        var name = ProcessTable.NameOf(component.Process);
        var best = running.Where(process => process.Name == name)
            .GroupBy(process => (
                IsOfUnit: component.Unit is { } unit && process.Unit == unit,
                CommonWords: component.Words.Count(word => process.Words.Contains(word, StringComparer.Ordinal))))
            .MaxBy(group => group.Key)?.ToList();
        return best is [var only] ? new(component.Component, only.StartedAt) : null;
    }
}
