using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The way from a slow disk to a failing API: disk, fsync, heartbeats, leader, API. A link is left out unless
/// a number shows it.</summary>
internal static class CauseChain
{
    private const int MinLinks = 2;
    private const double MuchFaster = 10;

    public static ImmutableArray<CauseLink> Of(NodeState state, ImmutableArray<ClusterState> clusters)
    {
        ImmutableArray<CauseLink> links =
        [
            .. OfDisks(state), .. OfFsync(state), .. OfHeartbeats(state), .. OfLeader(state), .. OfApi(clusters),
        ];
        // Without slow writes, the disk explains nothing: old timeouts of a disk that is fast are no cause.
        return links.Length >= MinLinks && IsSlow(state) ? links : [];
    }

    /// <summary>True if writes of the member on this node are slow. Where fsyncs are known they decide, and flushes say
    /// nothing.</summary>
    private static bool IsSlow(NodeState state) => JointFindings.FsyncOf(state) is { } fsync
        ? fsync.Seconds > LatencyFindings.FsyncWarning
        : EtcdDisks(state).Any(disk => Load(state, disk)?.FlushLatencySeconds > FlushLimits.SlowSeconds
            || Load(state, disk) is { IsStalled: true });

    private static IEnumerable<CauseLink> OfDisks(NodeState state) =>
        from disk in EtcdDisks(state)
        let evidence = DiskEvidence(state, disk).ToArray()
        where evidence.Length > 0
        select new CauseLink("disk", $"{NameOf(state, disk)}: {string.Join(", ", evidence)}.");

    /// <summary>What speaks against a disk: phrases such as <c>does not answer smartctl</c>.</summary>
    public static IEnumerable<string> DiskEvidence(NodeState state, string disk)
    {
        var drive = DriveOf(state, disk);
        if (Load(state, disk) is { IsStalled: true })
            yield return "completes no request";
        if (Load(state, disk)?.FlushLatencySeconds is > FlushLimits.SlowSeconds and var flush)
            yield return Text($"{flush * 1000:0} ms a flush");
        if (drive?.State is ReadState.Hung)
            yield return "does not answer smartctl";
        if (drive?.Health is { Passed: false } or { FailingNow: > 0 })
            yield return "reports that it is failing";
        if (drive?.Health?.CommandTimeouts is { Total: > 0 and var timeouts })
            yield return $"{timeouts} command timeouts in its life";
        if (drive?.Endurance is { UsedRatio: >= DrivesFindings.WearWarning and var used })
            yield return Text($"{used * 100:0.#} % of its rated writes used");
        if (string.Join(", ", OthersOn(state, disk)) is { Length: > 0 } others)
            yield return $"shared with {others}";
    }

    private static IEnumerable<CauseLink> OfFsync(NodeState state)
    {
        if (JointFindings.FsyncOf(state) is { Seconds: > LatencyFindings.FsyncWarning } fsync)
        {
            yield return new("fsync", "The 99th percentile of the WAL's fsyncs is "
                + $"{LatencyFindings.Between(fsync)}; below 10 ms is healthy.");
        }
    }

    /// <summary>What slow fsyncs on a disk that flushes fast mean; <see langword="null"/> without them.</summary>
    public static string? OfFastDisk(NodeState state)
    {
        if (JointFindings.FsyncOf(state) is not { Seconds: > LatencyFindings.FsyncWarning } fsync)
            return null;
        double[] flushes =
            [.. EtcdDisks(state).Select(disk => Load(state, disk)?.FlushLatencySeconds).OfType<double>()];
        return flushes is [_, ..] && flushes.Max() < fsync.LowerBound / MuchFaster
            ? Text($"A flush of etcd's disk takes {flushes.Max() * 1000:0.#} ms on average, an fsync of etcd ") +
                $"{LatencyFindings.Between(fsync)}: look above the disk too, at the CPU, limits of cgroups, and the "
                + "journal of the file system."
            : null;
    }

    private static IEnumerable<CauseLink> OfHeartbeats(NodeState state)
    {
        if (JointFindings.Local(state) is { Activity: { LateHeartbeats: > 0 and var late } activity } member)
        {
            yield return new("heartbeats", Text(
                $"{ClusterFindings.NameOf(member)} sent {late:0} heartbeats late in {Seconds(activity.Window)}."));
        }
    }

    private static IEnumerable<CauseLink> OfLeader(NodeState state)
    {
        if (JointFindings.Local(state) is not { } member)
            yield break;
        if (member.Activity is { LeaderChanges: > 0 and var changes } activity)
        {
            yield return new("leader", Text(
                $"The leader changed {changes:0} time{(changes is 1 ? "" : "s")} in {Seconds(activity.Window)}."));
        }
        else if (member.Status is { HasLeader: false })
        {
            yield return new("leader", "The member has no leader.");
        }
    }

    private static IEnumerable<CauseLink> OfApi(ImmutableArray<ClusterState> clusters)
    {
        if (clusters.Any(cluster => cluster.ReadsConsistently is false))
            yield return new("api", "Consistent reads fail, and so do requests to the API server.");
    }

    private static ImmutableSortedSet<string> EtcdDisks(NodeState state) => state.Storage?.Roles.EtcdDisks ?? [];

    private static DiskLoad? Load(NodeState state, string disk) =>
        state.Storage?.Io.ByDisk.GetValueOrDefault(disk)?.Load;

    private static DriveReading? DriveOf(NodeState state, string disk) =>
        state.Drives?.Drives.FirstOrDefault(drive => drive.Drive.Device == disk);

    private static IEnumerable<string> OthersOn(NodeState state, string disk) =>
        from place in state.Storage!.Roles.Places
        where place.Of.Role is DiskRole.StorageSystem or DiskRole.Other
            && place.Disks.Any(item => item.Device == disk)
        select place.Of.Owner is { Length: > 0 } owner ? owner : place.Of.Path;

    /// <summary>Device and model.</summary>
    public static string NameOf(NodeState state, string disk) => DriveOf(state, disk)?.Identity is { } identity
        ? $"{disk} ({identity.Model})"
        : disk;

    private static string Seconds(TimeSpan window) => ReportCell.Duration(window);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
