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
        var real = _root;
        for (var rest = path.AsSpan(); Next(ref rest, out var step);)
        {
            if (step is ".")
                continue;
            if (step is "..")
            {
                // The parent of the root is the root, so that no link leaves it.
                real = real[..Math.Max(_root.Length, real.LastIndexOf('/'))];
                continue;
            }
            var next = string.Concat(real, "/", step);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MaxLinks)
            {
                throw new FileRefusedException(
                    FileRefusedException.TooManyLinks,
                    $"{path} has too many levels of symbolic links (more than {MaxLinks}); check for a loop");
            }
            if (target.StartsWith('/'))
                real = _root;
            rest = string.Concat(target, "/", rest);
        }
        return real.Length == _root.Length ? $"{real}/" : real;
    }

    /// <summary>Target of the link at the path; <see langword="null"/> if it is not a link.</summary>
    public string? LinkTarget(string path) =>
        new FileInfo($"{Resolve(Path.GetDirectoryName(path) ?? "/")}/{Path.GetFileName(path)}").LinkTarget;

    public string ToHost(string real) => real[_root.Length..];

    /// <summary>Takes the next name from a path; false at its end.</summary>
    private static bool Next(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> step)
    {
        rest = rest.TrimStart('/');
        var end = rest.IndexOf('/') is var at && at < 0 ? rest.Length : at;
        step = rest[..end];
        rest = rest[end..];
        return end > 0;
    }
}
