using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>The certificates of this node at <paramref name="At"/>, in files and as served.</summary>
/// <param name="Plan">What was checked; the next poll uses it again if the disk does not respond.</param>
/// <param name="Files">One per expected file, including missing ones.</param>
/// <param name="Served">One per TLS server.</param>
/// <param name="Components">Components whose process was found.</param>
/// <param name="LeftOut">Number of files and certificates skipped because of a limit.</param>
internal sealed record CertificatesReading(
    DateTimeOffset At, CertificatePlan Plan, ImmutableArray<FileReading> Files, ImmutableArray<ServedReading> Served,
    ImmutableArray<ComponentReading> Components, LeftOut LeftOut)
{
    /// <summary>The files as they were read, before they are judged together. The next poll uses those again that have
    /// not changed.</summary>
    public ImmutableArray<ExaminedFile> Examined { get; init; } = [];

    /// <summary>One per component and file that it reads only at startup.</summary>
    public IEnumerable<RestartReading> Restarts =>
        from file in Files
        where file.ModifiedAt is not null
        from component in Components
        where file.ReadAtStartBy.Contains(component.Name, StringComparer.Ordinal)
        select new RestartReading(component.Name, file, component.IsOlderThan(file.ModifiedAt!.Value));
}

/// <param name="Name">Name of the component.</param>
/// <param name="StartedAt">Start time of its process; accurate to a second.</param>
internal sealed record ComponentReading(string Name, DateTimeOffset StartedAt)
{
    // The kernel adjusts the boot time when the clock is set. Also, a process reads files for a while after its start.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>True if the other one is the same process in another poll.</summary>
    public bool IsSameProcess(ComponentReading other) =>
        Name == other.Name && (StartedAt - other.StartedAt).Duration() <= Slack;

    public bool IsOlderThan(DateTimeOffset change) => StartedAt + Slack < change;
}

/// <param name="IsNeeded">True if the file changed after the component started.</param>
internal sealed record RestartReading(string Component, FileReading File, bool IsNeeded);
