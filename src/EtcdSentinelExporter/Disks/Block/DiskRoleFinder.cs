using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds the disks below the paths that the control plane depends on.</summary>
/// <param name="files">The node's files.</param>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="mounts">The node's mounts.</param>
/// <param name="configured">Paths from the settings.</param>
/// <param name="limit">Timeout per path: its disk may hang, or its server may be down.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class DiskRoleFinder(
    HostFiles files, HostFiles sys, NodeMounts mounts, ConfiguredRoles configured, TimeSpan limit, TimeProvider clock)
{
    private readonly RolePathResolver _paths = new(files, limit, clock);

    // For backing files of loop devices, which may be on an unreachable server.
    private readonly FileSweeper _backingFiles = new(limit, clock);

    /// <param name="previous">Result of the previous call.</param>
    /// <param name="etcd">How etcd was started.</param>
    /// <param name="disks">The node's disks; <see langword="null"/> if they could not be listed. Then each path keeps
    /// its previous disks.</param>
    public async Task<DiskRoles> ReadAsync(
        DiskRoles? previous, EtcdDiscovered etcd, ImmutableArray<BlockDevice>? disks,
        CancellationToken cancellationToken)
    {
        var (view, named) = View();
        var resolved = await _paths.ResolveAsync(
            previous, RolePaths.Of(etcd.Found, configured), view, cancellationToken);
        // The kernel lists the mount, even if this process cannot see the folder.
        var places = resolved.AddRange(
            RolePaths.Mounted(named, resolved.Select(place => place.Of))
                .Select(role => new RolePlace(role, role.Path)));
        var ready = places.Where(place => place.IsResolved).ToImmutableArray();
        var found = view is null ? ready.Select(Unreadable)
            : disks is null ? ready.Select(place => Before(previous, place) ?? Unreadable(place))
            : Finder(view, WithSerials(disks.Value, previous), cancellationToken)
                .Find(ready).Select(place => AsBefore(previous, place) ?? place);
        var byRole = found.ToDictionary(place => place.Of);
        return new([.. places.Select(place => byRole.GetValueOrDefault(place.Of) ?? place)]) { Etcd = etcd.Found };
    }

    private DiskFinder Finder(NodeView view, ImmutableArray<BlockDevice> disks, CancellationToken cancellationToken) =>
        new(view, new(sys), new(sys, files), file => Exists(file, cancellationToken), disks);

    private static RolePlace Unreadable(RolePlace place) => place with { Reasons = [DiskReason.Unreadable] };

    // A disk that hangs may block the list of all disks, and is the one that must stay visible.
    private static RolePlace? Before(DiskRoles? previous, RolePlace place) =>
        previous?.Places.FirstOrDefault(before => before.Of == place.Of && before.Real == place.Real);

    // What is below a mount does not change while its disk hangs, so the previous result is kept.
    private static RolePlace? AsBefore(DiskRoles? previous, RolePlace place) =>
        place.Reasons.Contains(DiskReason.Unreadable, StringComparer.Ordinal)
        && Before(previous, place) is { } before && before.Mount == place.Mount ? before : null;

    /// <returns><see langword="null"/> if the disk below does not respond.</returns>
    private bool? Exists(string file, CancellationToken cancellationToken) =>
        _backingFiles.RunAsync<bool?>([file], path => files.Exists(path), _ => null, cancellationToken).GetAwaiter()
            .GetResult()[0];

    /// <summary>Reads the node's mounts and those named after a storage system; <see langword="null"/> if they cannot
    /// be read.</summary>
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

    private static ImmutableArray<BlockDevice> WithSerials(ImmutableArray<BlockDevice> disks, DiskRoles? previous)
    {
        var before = previous?.Disks.ToDictionary(disk => disk.Device, StringComparer.Ordinal) ?? [];
        return [.. disks.Select(disk => before.TryGetValue(disk.Name, out var same)
            ? disk with { Serial = disk.SerialOr(same.Serial, same.Sequence) }
            : disk)];
    }
}
