namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Maps paths of a process in a container to those of the node, by comparing what is mounted in
/// both.</summary>
/// <param name="own">The process's <c>/proc/PID/mountinfo</c>.</param>
/// <param name="host">That of the node's first process.</param>
internal sealed class ProcessMounts(string own, string host)
{
    private readonly ImmutableArray<Entry> _own = Parse(own);
    private readonly ImmutableArray<Entry> _host = Parse(host);

    /// <summary>The node's path; the same path if it is the container's own, or unknown.</summary>
    public string ToHost(string path)
    {
        if (_own.LastOrDefault(mount => IsBelow(path, mount.Point)) is not { } inside || _host.Contains(inside))
            return path;
        var root = Join(inside.Root, path[inside.Point.TrimEnd('/').Length..]);
        return _host.Where(mount => mount.Device == inside.Device && IsBelow(root, mount.Root))
            .OrderByDescending(mount => mount.Root.Length).ThenBy(mount => mount.Point.Length).FirstOrDefault()
            is { } outside
                ? Join(outside.Point, root[outside.Root.TrimEnd('/').Length..])
                : path;
    }

    // A later mount hides an earlier one, but lines are not in the order of their paths.
    private static ImmutableArray<Entry> Parse(string text) =>
        [.. text.Split('\n').Select(line => line.Split(' ', 6)).Where(fields => fields.Length == 6)
            .Select(fields => new Entry(fields[2], Unescaped(fields[3]), Unescaped(fields[4])))
            .OrderBy(entry => entry.Point.Length)];

    private static string Unescaped(string field) => field.Replace(@"\040", " ", StringComparison.Ordinal);

    private static bool IsBelow(string path, string folder) =>
        folder == "/" || path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Join(string folder, string rest) =>
        $"{folder.TrimEnd('/')}{rest}" is { Length: > 0 } joined ? joined : "/";

    private sealed record Entry(string Device, string Root, string Point);
}
