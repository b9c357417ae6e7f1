using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The first step: a snapshot that is not on etcd's disk.</summary>
/// <param name="etcdFolders">Host paths of etcd's folders on this node.</param>
internal sealed class RecoverySnapshot(
    MaintenanceCluster cluster, RecoveryGuard guard, RecoveryJournal journal, EtcdDiskCheck disks,
    ImmutableArray<string> etcdFolders, RecoveryTimeouts timeouts, TimeProvider clock)
{
    // Where operators keep such files, if they are on another disk.
    private static readonly ImmutableArray<string> UsualFolders = ["/var/backups", "/root", "/var/tmp"];

    /// <exception cref="RecoveryException">There is no place for it, or it is not whole.</exception>
    public async Task SaveAsync(ExecuteOptions options, CancellationToken stopping)
    {
        var facts = await guard.ReadAsync(stopping);
        if (journal.History.Snapshot is { } before)
        {
            if ((options.Snapshot ?? before) == before && File.Exists(before)
                && await SnapshotFile.IsWholeAsync(before, stopping))
            {
                journal.Saved(before, $"The snapshot of the earlier run is whole: {before}.");
                return;
            }
            SnapshotFile.RemovePart(before);
        }
        var size = facts.Members.Max(member => member.State?.DbBytes ?? 0);
        var path = options.Snapshot is { } wanted
            ? await CheckedAsync(Unused(wanted), size, stopping)
            : await ChosenAsync(size, stopping);
        journal.Saving(path, $"Saving a snapshot to {path}.");
        var bytes = await new SnapshotFile(timeouts).SaveAsync(cluster.Own.Etcd, size, path, stopping);
        journal.Saved(path, $"Saved {ReportCell.Size(bytes)} with a valid hash: {path}. It holds every secret of the "
            + "cluster: delete it when all is well.");
    }

    // The file of the earlier run stays beside the new one.
    private string Unused(string wanted) => journal.History.IsResumed && File.Exists(wanted)
        ? $"{wanted}-{SnapshotFile.NameAt(clock.GetUtcNow())}"
        : wanted;

    private async Task<string> CheckedAsync(string path, long size, CancellationToken stopping)
    {
        if (File.Exists(path))
            throw new RecoveryException("snapshot", $"{path} exists; choose another name.");
        return await WhyNotAsync(Path.GetDirectoryName(path)!, size, stopping) is { } reason
            ? throw new RecoveryException(
                "snapshot", $"{reason} Choose another --snapshot=FILE, or --no-snapshot=REASON.")
            : path;
    }

    private async Task<string> ChosenAsync(long size, CancellationToken stopping)
    {
        var reasons = new List<string>();
        foreach (var folder in UsualFolders)
        {
            if (await WhyNotAsync(folder, size, stopping) is not { } reason)
                return Path.Combine(folder, SnapshotFile.NameAt(clock.GetUtcNow()));
            reasons.Add(reason);
        }
        throw new RecoveryException("snapshot", $"No place for a snapshot. {string.Join(' ', reasons)} "
            + "Write --snapshot=FILE, or --no-snapshot=REASON.");
    }

    private async Task<string?> WhyNotAsync(string folder, long size, CancellationToken stopping)
    {
        if (!Directory.Exists(folder))
            return $"{folder} does not exist.";
        return await disks.WhyNotAsync(folder, etcdFolders, stopping)
            ?? WhyNoRoom(folder, FileSystemSpace.Read(folder)?.AvailableBytes, SnapshotFile.NeededBytes(size));
    }

    /// <param name="free">Available bytes; <see langword="null"/> if unknown, which counts as none.</param>
    public static string? WhyNoRoom(string folder, double? free, long needed) => free switch
    {
        null => $"The free space of {folder} cannot be read; {ReportCell.Size(needed)} are needed.",
        { } bytes when bytes < needed =>
            $"{folder} has {ReportCell.Size(bytes)} free; {ReportCell.Size(needed)} are needed.",
        _ => null,
    };
}
