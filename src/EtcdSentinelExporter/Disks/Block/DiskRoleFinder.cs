using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds out which disks carry what the control plane stands on.</summary>
/// <param name="files">The node's files.</param>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="mounts">The node's mounts.</param>
/// <param name="given">What the settings say.</param>
/// <param name="limit">After this a path on a disk that hangs, or on a dead server, is given up.</param>
/// <param name="clock">Measures it.</param>
internal sealed class DiskRoleFinder(
    HostFiles files, HostFiles sys, NodeMounts mounts, ConfiguredRoles given, TimeSpan limit, TimeProvider clock)
{
    private readonly FileSweeper _sweep = new(limit, clock);

    // Of loop devices: what they are made of may lie on a server that is gone.
    private readonly FileSweeper _backing = new(limit, clock);

    /// <param name="previous">What was found the last time.</param>
    /// <param name="etcd">How etcd was started; <see langword="null"/> where that could not be read in time.</param>
    /// <param name="disks">The node's disks; <see langword="null"/> where they could not be listed: then a path is on
    /// those that it was on.</param>
    public async Task<DiskRoles> ReadAsync(
        DiskRoles? previous, EtcdDiscovered? etcd, ImmutableArray<BlockDevice>? disks,
        CancellationToken cancellationToken)
    {
        // While its files cannot be read, etcd is where it was.
        var installation = etcd is { Problem: null } ? etcd.Found : previous?.Etcd;
        var (view, named) = View();
        var looked = await LookAsync(previous, RolePaths.Of(installation, given), view, cancellationToken);
        // The kernel says that a mount is there, also where this process does not see the folder.
        var places = looked.AddRange(
            RolePaths.Mounted(named, looked.Select(place => place.Of)).Select(role => new RolePlace(role, role.Path)));
        var ready = places.Where(place => place.IsResolved).ToImmutableArray();
        var found = view is null ? ready.Select(Unreadable)
            : disks is null ? ready.Select(place => Before(previous, place) ?? Unreadable(place))
            : Finder(view, WithSerials(disks.Value, previous), cancellationToken)
                .Find(ready).Select(place => AsBefore(previous, place) ?? place);
        var byRole = found.ToDictionary(place => place.Of);
        return new([.. places.Select(place => byRole.GetValueOrDefault(place.Of) ?? place)]) { Etcd = installation };
    }

    private DiskFinder Finder(NodeView view, ImmutableArray<BlockDevice> disks, CancellationToken cancellationToken) =>
        new(view, new(sys), new(sys, files), file => IsThere(file, cancellationToken), disks);

    private static RolePlace Unreadable(RolePlace place) => place with { Reasons = [DiskReason.Unreadable] };

    // A disk that hangs may hold up the list of all of them, and is the very one to be watched.
    private static RolePlace? Before(DiskRoles? previous, RolePlace place) =>
        previous?.Places.FirstOrDefault(before => before.Of == place.Of && before.Real == place.Real);

    // What is below a mount does not change while the disk that would tell hangs.
    private static RolePlace? AsBefore(DiskRoles? previous, RolePlace place) =>
        place.Reasons.Contains(DiskReason.Unreadable, StringComparer.Ordinal)
        && Before(previous, place) is { } before && before.Mount == place.Mount ? before : null;

    /// <returns><see langword="null"/> where the disk below does not answer.</returns>
    private bool? IsThere(string file, CancellationToken cancellationToken) =>
        _backing.RunAsync<bool?>([file], path => files.Exists(path), _ => null, cancellationToken).GetAwaiter()
            .GetResult()[0];

    /// <summary>The node's mounts, if they can be read, and those of them that bear the name of a
    /// storage system.</summary>
    private (NodeView? View, ImmutableArray<(string Point, string Word)> Named) View()
    {
        try
        {
            var view = mounts.Read();
            return (view, RolePaths.Named(view));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return (null, []);
        }
    }

    /// <summary>The paths that exist, links followed, and why others are missed.</summary>
    private async Task<ImmutableArray<RolePlace>> LookAsync(
        DiskRoles? previous, ImmutableArray<DiskRole> roles, NodeView? view, CancellationToken cancellationToken)
    {
        var before = previous?.Places.ToDictionary(place => place.Of, place => place.Real) ?? [];
        var paths = roles.Select(role => role.Path).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var seen = await _sweep.RunAsync(paths, path => Look(path, view), _ => Seen.Hung, cancellationToken);
        var byPath = paths.Zip(seen).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return [.. from role in roles.Distinct()
                   let at = byPath[role.Path]
                   where role.Role is DiskRole.Other || !(at.Reason is DiskReason.Missing || WasMissing(role, at))
                   select Place(role, at, before.GetValueOrDefault(role))];

        // A disk that hangs brings no folder into being. Where etcd is may have changed since, and is always told.
        bool WasMissing(DiskRole role, Seen at) =>
            at == Seen.Hung && previous is not null && !role.IsEtcd && !before.ContainsKey(role);
    }

    // Where a path leads does not change while its disk hangs.
    private static RolePlace Place(DiskRole role, Seen seen, string? before) =>
        seen.Reason is DiskReason.Unreadable && before is not null ? new(role, before)
        : new(role, seen.Real) { Reasons = seen.Reason is { } reason ? [reason] : [] };

    private Seen Look(string path, NodeView? view)
    {
        try
        {
            var isThere = files.ExistsForSure(path) && !(RolePaths.NeedsContent(path) && files.IsEmptyFolder(path));
            return isThere ? new(files.Resolve(path), null)
                : view?.Tells(path) == true ? new(path, null)
                : new(null, DiskReason.Missing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, DiskReason.Unreadable);
        }
    }

    private static ImmutableArray<BlockDevice> WithSerials(ImmutableArray<BlockDevice> disks, DiskRoles? previous)
    {
        var before = previous?.Disks.ToDictionary(disk => disk.Device, StringComparer.Ordinal) ?? [];
        return [.. disks.Select(disk => before.TryGetValue(disk.Name, out var same)
            ? disk with { Serial = disk.SerialOr(same.Serial, same.Sequence) }
            : disk)];
    }

    private sealed record Seen(string? Real, string? Reason, bool IsHung = false)
    {
        public static Seen Hung { get; } = new(null, DiskReason.Unreadable, IsHung: true);
    }
}
