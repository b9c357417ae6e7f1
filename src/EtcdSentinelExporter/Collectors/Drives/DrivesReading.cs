using System.Collections.Immutable;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>The drives of this node, as they were at <paramref name="At"/>.</summary>
/// <param name="All">Also those that are another one seen a second time.</param>
/// <param name="ScanProblem">Why the list of drives is an old one; <see langword="null"/> when it is new.</param>
/// <param name="Folder">What is wrong in the agent's folder; <see langword="null"/> where smartctl is run.</param>
internal sealed record DrivesReading(
    DateTimeOffset At, ImmutableArray<DriveReading> All, string? ScanProblem, FolderProblems? Folder)
{
    /// <summary>Each drive once.</summary>
    public IEnumerable<DriveReading> Drives => All.Where(drive => drive.SameAs is null);
}
