using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Checks that a folder is not on a disk that carries etcd: a write there would slow etcd down, or be lost
/// with it.</summary>
/// <param name="roots">The node's files, where etcd's folders are.</param>
internal sealed class EtcdDiskCheck(NodeRoots roots, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    // Something is below, and which disk it is cannot be seen.
    private static readonly ImmutableArray<string> Hidden =
    [
        DiskReason.Overlay, DiskReason.Loop, DiskReason.Unreadable, DiskReason.Vanished, DiskReason.Circle,
        DiskReason.Missing, DiskReason.NotMounted, DiskReason.Unknown,
    ];

    /// <summary>True if no etcd runs on this machine: then every folder will do.</summary>
    public bool IsRemote { get; init; }

    /// <param name="folder">Path as this process sees it.</param>
    /// <param name="etcdFolders">Host paths of etcd's data and write-ahead log.</param>
    /// <returns><see langword="null"/> if the folder is on another disk; else why not, or why that is not known: a
    /// sentence. Where no disk can be found below, as for a network file system, the file systems alone are
    /// compared.</returns>
    public async Task<string?> WhyNotAsync(
        string folder, ImmutableArray<string> etcdFolders, CancellationToken cancellationToken)
    {
        if (IsRemote)
            return null;
        ImmutableArray<(string, string)> paths =
        [
            ("target", folder), .. etcdFolders.Select((path, index) => ($"etcd-{index}", roots.Root.RealPath(path))),
        ];
        var finder = new DiskRoleFinder(
            new("/", clock), roots.Sys, new(new("/proc", clock), null, ""), new(null, null, paths), Limit, clock);
        var roles = await finder.ReadAsync(
            null, new([], [], []), new BlockDevices(roots.Sys).List(), cancellationToken);
        return WhyNot(
            folder, paths.Length, [.. roles.Places.Where(place => place.Of.Role is DiskRole.Other)]);
    }

    /// <param name="count">Number of paths that were to be found.</param>
    /// <param name="places">What was found: the folder and etcd's folders.</param>
    /// <inheritdoc cref="WhyNotAsync"/>
    public static string? WhyNot(string folder, int count, ImmutableArray<RolePlace> places)
    {
        if (count < 2)
            return "etcd's data directory is not known: set storage.data-dir.";
        if (places.Length < count || places.FirstOrDefault(place => place.Mount is null) is not null)
            return $"The disk of {folder} or of etcd cannot be determined.";
        var target = places.First(place => place.Of.Owner is "target");
        var others = places.Where(place => place != target).ToArray();
        return others.Any(place => IsShared(place, target)) ? $"{folder} is on a disk that carries etcd."
            : others.Any(place => MayBeShared(place, target)) ? $"The disk of {folder} or of etcd cannot be determined."
            : null;
    }

    private static bool MayBeShared(RolePlace one, RolePlace other) =>
        (IsHidden(one) && !IsElsewhere(other)) || (IsHidden(other) && !IsElsewhere(one));

    private static bool IsHidden(RolePlace place) =>
        place.Reasons.Any(reason => Hidden.Contains(reason, StringComparer.Ordinal));

    // In memory, or on another machine.
    private static bool IsElsewhere(RolePlace place) => place is { Disks: [], Reasons: [_, ..] }
        && place.Reasons.All(reason => reason is DiskReason.Memory or DiskReason.Network);

    private static bool IsShared(RolePlace one, RolePlace other) =>
        (one.Mount is { } mount && mount.Device == other.Mount?.Device)
        || one.Disks.Any(disk => other.Disks.Any(same => same.Device == disk.Device));
}
