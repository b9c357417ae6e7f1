namespace EtcdSentinelExporter.Host;

/// <summary>Follows symbolic links the way the node itself would, whose root is a folder here.</summary>
/// <remarks>The kernel would resolve an absolute link against this process's own root, and show the container's file
/// instead of the node's.</remarks>
internal sealed class HostPath(string root)
{
    /// <summary>Of a path, in characters: PATH_MAX.</summary>
    public const int Longest = 4096;

    private const int MaxLinks = 40; // as Linux

    private readonly string _root = root.TrimEnd('/');

    /// <summary>The path that this process opens for a path of the node; none of its folders is a link.</summary>
    /// <exception cref="ArgumentException">Not absolute.</exception>
    /// <exception cref="IOException">More than 40 links, as in a circle; or too long.</exception>
    public string Resolve(string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' is no absolute path", nameof(path));
        if (path.Length > Longest)
            throw new IOException($"{path.AsSpan(0, 64)}… is too long for a path");
        var links = 0;
        var seen = "";
        var ahead = Reversed(path);
        while (ahead.TryPop(out var step))
        {
            if (step == "..")
            {
                // The parent of the root is the root, so that no link leaves it.
                seen = seen[..Math.Max(0, seen.LastIndexOf('/'))];
                continue;
            }
            var next = $"{seen}/{step}";
            if (new FileInfo(_root + next).LinkTarget is not { } target)
            {
                seen = next;
                continue;
            }
            if (++links > MaxLinks)
            {
                throw new FileRefusedException(
                    FileRefusedException.TooManyLinks,
                    $"{path} leads through more than {MaxLinks} links; do they form a circle?");
            }
            if (target.StartsWith('/'))
                seen = "";
            foreach (var part in Reversed(target).Reverse())
                ahead.Push(part);
        }
        return _root + (seen.Length == 0 ? "/" : seen);
    }

    /// <summary>What the link at the end of the path says; <see langword="null"/> if it is none.</summary>
    public string? LinkTarget(string path) =>
        new FileInfo($"{Resolve(Path.GetDirectoryName(path) ?? "/")}/{Path.GetFileName(path)}").LinkTarget;

    public string ToHost(string real) => real[_root.Length..];

    private static Stack<string> Reversed(string path) =>
        new(path.Split('/').Where(part => part is not ("" or ".")).Reverse());
}
