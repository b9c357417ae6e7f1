namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>The drives of this node at <paramref name="At"/>.</summary>
/// <param name="All">All entries, including further paths of the same drive.</param>
/// <param name="ScanProblem">Why the previous list of drives is kept; <see langword="null"/> if the list is
/// new.</param>
/// <param name="Folder">Problems in the agent's folder; <see langword="null"/> if smartctl is run directly.</param>
internal sealed record DrivesReading(
    DateTimeOffset At, ImmutableArray<DriveReading> All, string? ScanProblem, FolderProblems? Folder)
{
    /// <summary>History of all drives that were ever listed, by the kernel's serial number: a drive may come back, or
    /// get another name.</summary>
    public ImmutableDictionary<string, DriveHistory> Histories { get; init; } =
        ImmutableDictionary<string, DriveHistory>.Empty;

    /// <summary>Each drive once.</summary>
    public IEnumerable<DriveReading> Drives => All.Where(drive => drive.SameAs is null);

    /// <summary>Moves all times back if the clock was set back since, so that ages and due times stay right.</summary>
    /// <remarks>Nodes may start with clocks that are wrong by hours. Otherwise nothing would be due or expire until the
    /// clock catches up.</remarks>
    public DrivesReading On(DateTimeOffset now) =>
        now >= At ? this : this with { At = now, All = [.. All.Select(drive => drive.Earlier(At - now))] };
}
