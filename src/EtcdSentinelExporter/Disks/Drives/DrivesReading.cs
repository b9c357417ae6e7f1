using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>The drives of this node, as they were at <paramref name="At"/>.</summary>
/// <param name="All">Also those that are another one seen a second time.</param>
/// <param name="ScanProblem">Why the list of drives is an old one; <see langword="null"/> when it is new.</param>
/// <param name="Folder">What is wrong in the agent's folder; <see langword="null"/> where smartctl is run.</param>
internal sealed record DrivesReading(
    DateTimeOffset At, ImmutableArray<DriveReading> All, string? ScanProblem, FolderProblems? Folder)
{
    /// <summary>Each drive once.</summary>
    public IEnumerable<DriveReading> Drives => All.Where(drive => drive.SameAs is null);

    /// <summary>The same where the clock has been set back since: as old as it was, and due as soon.</summary>
    /// <remarks>Nodes start with clocks that are wrong by hours. Nothing would be due, and nothing old, until the clock
    /// is where it had been.</remarks>
    public DrivesReading On(DateTimeOffset now) =>
        now >= At ? this : this with { At = now, All = [.. All.Select(drive => drive.Earlier(At - now))] };
}
