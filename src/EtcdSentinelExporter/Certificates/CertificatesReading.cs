using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>The certificates of this node, in files and as they are served, at <paramref name="At"/>.</summary>
/// <param name="Plan">What was looked for; kept for a poll in which the disk does not say.</param>
/// <param name="Files">One per expected file, also when it is missing.</param>
/// <param name="Served">One per listener that was dialled.</param>
/// <param name="Components">Those whose process can be seen.</param>
/// <param name="LeftOut">What there was no room for.</param>
internal sealed record CertificatesReading(
    DateTimeOffset At, CertificatePlan Plan, ImmutableArray<FileReading> Files, ImmutableArray<ServedReading> Served,
    ImmutableArray<ComponentReading> Components, LeftOut LeftOut)
{
    /// <summary>Files that a component read when it started, and whether they changed since.</summary>
    public IEnumerable<RestartReading> Restarts =>
        from file in Files
        where file.ModifiedAt is not null
        from component in Components
        where file.ReadAtStartBy.Contains(component.Name, StringComparer.Ordinal)
        select new RestartReading(component.Name, file, component.IsOlderThan(file.ModifiedAt!.Value));
}

/// <param name="Name">The component.</param>
/// <param name="StartedAt">When its process started; to a second.</param>
internal sealed record ComponentReading(string Name, DateTimeOffset StartedAt)
{
    // The kernel corrects its boot time when the clock is set, and what a process read while it started counts as read.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public bool IsOlderThan(DateTimeOffset change) => StartedAt + Slack < change;
}

/// <param name="IsNeeded">Whether the file changed after the component had started.</param>
internal sealed record RestartReading(string Component, FileReading File, bool IsNeeded);
