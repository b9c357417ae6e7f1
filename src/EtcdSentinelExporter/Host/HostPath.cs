namespace EtcdSentinelExporter.Host;

/// <summary>Resolves symbolic links as the node itself would, although its root is a folder here.</summary>
/// <remarks>The kernel would resolve an absolute link against this process's own root, and open the container's file
/// instead of the node's.</remarks>
internal sealed class HostPath(string root)
{
    /// <summary>Maximum length of a path, in characters: PATH_MAX.</summary>
    public const int MaxLength = 4096;

    private const int MaxLinks = 40; // as Linux

    private readonly string _root = root.TrimEnd('/');

    /// <summary>Returns the path that this process must open for a path of the node, with all links resolved.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    /// <exception cref="IOException">More than 40 links, as in a loop, or the path is too long.</exception>
    public string Resolve(string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"\"{path}\" is not an absolute path", nameof(path));
        if (path.Length > MaxLength)
            throw new IOException($"the path {path.AsSpan(0, 64)}… is too long");
        var links = 0;
        var resolved = "";
        var pending = Reversed(path);
        while (pending.TryPop(out var step))
        {
            if (step == "..")
            {
                // The parent of the root is the root, so that no link leaves it.
                resolved = resolved[..Math.Max(0, resolved.LastIndexOf('/'))];
                continue;
            }
            var next = $"{resolved}/{step}";
            if (new FileInfo(_root + next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MaxLinks)
            {
                throw new FileRefusedException(
                    FileRefusedException.TooManyLinks,
                    $"{path} has too many levels of symbolic links (more than {MaxLinks}); check for a loop");
            }
            if (target.StartsWith('/'))
                resolved = "";
            foreach (var part in Reversed(target).Reverse())
                pending.Push(part);
        }
        return _root + (resolved.Length == 0 ? "/" : resolved);
    }

    /// <summary>Target of the link at the path; <see langword="null"/> if it is not a link.</summary>
    public string? LinkTarget(string path) =>
        new FileInfo($"{Resolve(Path.GetDirectoryName(path) ?? "/")}/{Path.GetFileName(path)}").LinkTarget;

    public string ToHost(string real) => real[_root.Length..];

    private static Stack<string> Reversed(string path) =>
        new(path.Split('/').Where(part => part is not ("" or ".")).Reverse());
}
