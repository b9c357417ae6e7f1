using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Resolves the links of the watched paths, whose disks may hang.</summary>
/// <param name="files">The node's files.</param>
/// <param name="limit">Timeout per path.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class RolePathResolver(HostFiles files, TimeSpan limit, TimeProvider clock)
{
    private readonly FileSweeper _paths = new(limit, clock);

    /// <summary>Resolves the paths that exist, and says why others cannot be resolved.</summary>
    /// <param name="previous">Result of the previous poll.</param>
    /// <param name="view">The node's mounts; <see langword="null"/> if they cannot be read.</param>
    public async Task<ImmutableArray<RolePlace>> ResolveAsync(
        DiskRoles? previous, ImmutableArray<DiskRole> roles, NodeView? view, CancellationToken cancellationToken)
    {
        var before = previous?.Places.ToDictionary(place => place.Of, place => place.Real) ?? [];
        var paths = roles.Select(role => role.Path).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var resolved = await _paths.RunAsync(
            paths, path => ResolvePath(path, view), _ => ResolvedPath.Hung, cancellationToken);
        var byPath = paths.Zip(resolved).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return [.. from role in roles.Distinct()
                   let at = byPath[role.Path]
                   where role.Role is DiskRole.Other || !(at.Reason is DiskReason.Missing || WasMissing(role, at))
                   select Place(role, at, before.GetValueOrDefault(role))];

        // A disk that hangs does not create a folder, so a missing path stays missing. etcd's paths may have changed
        // since, and are always listed.
        bool WasMissing(DiskRole role, ResolvedPath at) =>
            at == ResolvedPath.Hung && previous is not null && !role.IsEtcd && !before.ContainsKey(role);
    }

    // The target of a path does not change while its disk hangs.
    private static RolePlace Place(DiskRole role, ResolvedPath resolved, string? before) =>
        resolved.Reason is DiskReason.Unreadable && before is not null ? new(role, before)
        : new(role, resolved.Real) { Reasons = resolved.Reason is { } reason ? [reason] : [] };

    private ResolvedPath ResolvePath(string path, NodeView? view)
    {
        try
        {
            var exists = files.ExistsForSure(path) && !(RolePaths.NeedsContent(path) && files.IsEmptyFolder(path));
            return exists ? new(files.Resolve(path), null)
                : view?.ShowsFolder(path) == true ? new(path, null)
                : new(null, DiskReason.Missing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, DiskReason.Unreadable);
        }
    }

    private sealed record ResolvedPath(string? Real, string? Reason, bool IsHung = false)
    {
        public static ResolvedPath Hung { get; } = new(null, DiskReason.Unreadable, IsHung: true);
    }
}
