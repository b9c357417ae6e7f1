using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Backups;

/// <summary>Lists the folders with backups, and lets new files be verified.</summary>
/// <param name="discovered">Discovers how etcd was started on this node.</param>
/// <param name="paths">Resolves the node's paths for this process.</param>
/// <param name="disks">Finds which disks carry etcd, and which the backups.</param>
internal sealed class BackupsProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered, HostPath paths, BackupDisks disks,
    SnapshotVerifier verifier, BackupsOptions options, TimeProvider clock) : IProbe<BackupsReading>
{
    private readonly FileSweeper _folders = new(options.FolderLimit, clock);

    public async ValueTask<BackupsReading> ReadAsync(BackupsReading? previous, CancellationToken cancellationToken)
    {
        var etcd = await discovered(cancellationToken);
        var watched = WatchedFolders.Of(options.Folders, etcd.Installations);
        var byPath = watched.ToDictionary(folder => folder.Path, StringComparer.Ordinal);
        var listings = await _folders.RunAsync(
            [.. byPath.Keys], path => FolderListing.Read(paths, byPath[path]),
            _ => FolderListing.Without(BackupFolder.Unreadable), cancellationToken);
        ImmutableArray<BackupFolder> found =
        [
            .. byPath.Values.Zip(listings, (of, listing) => Folder(of, listing, Before(previous, of)))
                .Where(folder => folder.Of.Source != BackupSource.Usual || folder.Newest.Length > 0),
        ];
        var now = clock.GetUtcNow();
        var placed = await disks.PlaceAsync(found, cancellationToken);
        return new(now, await VerifyAsync(placed, now, cancellationToken))
        {
            MaxAge = MaxAge(watched),
            VerifiedBytes = verifier.Bytes,
            Kind = etcd.Found?.Kind,
        };
    }

    private static BackupFolder? Before(BackupsReading? previous, WatchedFolder of) =>
        previous?.All.FirstOrDefault(folder => folder.Of.Path == of.Path);

    // A disk that hangs does not lose its files: what is known of them stays.
    private static BackupFolder Folder(WatchedFolder of, FolderListing listing, BackupFolder? before)
    {
        if (listing.State is BackupFolder.Unreadable or BackupFolder.Forbidden)
            return new(of, listing.State, before?.Newest ?? []);
        if (listing.State is BackupFolder.Missing)
            return new(of, listing.State, []);
        var known = before?.Newest.Where(file => file.Check.IsFinal)
            .DistinctBy(file => file.Identity).ToDictionary(file => file.Identity, file => file.Check) ?? [];
        return new(of, listing.State,
        [
            .. listing.Newest.Select(file => file with { Check = known.GetValueOrDefault(file.Identity, file.Check) }),
        ])
        {
            Count = listing.Count,
            Bytes = listing.Bytes,
            Space = listing.Space,
            IsCut = listing.IsCut,
        };
    }

    /// <summary>Verifies the files that are not verified, the newest of all folders first.</summary>
    private async Task<ImmutableArray<BackupFolder>> VerifyAsync(
        ImmutableArray<BackupFolder> folders, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var files = folders.Where(folder => folder.State is BackupFolder.Ok).SelectMany(folder => folder.Newest)
            .Where(file => !file.Check.IsFinal && file.IsSettled(now))
            .OrderByDescending(file => file.ModifiedAt).DistinctBy(file => file.Identity);
        var results = await verifier.VerifyAsync([.. files], options.Patience, cancellationToken);
        return
        [
            .. folders.Select(folder => folder with
            {
                Newest = [.. folder.Newest.Select(file => Judged(file, folder.Of, results, now))],
            }),
        ];
    }

    private static BackupFile Judged(
        BackupFile file, WatchedFolder of, ImmutableDictionary<FileIdentity, SnapshotCheck> results,
        DateTimeOffset now) =>
        results.TryGetValue(file.Identity, out var check) ? file.With(check, of.HasOnlySnapshots)
        : file.Check.IsFinal || file.IsSettled(now) ? file
        : file with { Check = SnapshotCheck.StillWritten };

    private TimeSpan MaxAge(ImmutableArray<WatchedFolder> watched) =>
        watched.Select(folder => folder.Interval).OfType<TimeSpan>().ToArray() is { Length: > 0 } intervals
            ? 2 * intervals.Max()
            : options.MaxAge;
}
