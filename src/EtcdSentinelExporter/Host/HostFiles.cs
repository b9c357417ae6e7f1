using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads the node's files below the folder where its root is mounted.</summary>
/// <param name="root">Path of the node's <c>/</c> for this process: <c>/</c> itself, or a mount such as
/// <c>/host</c>.</param>
/// <param name="clock">Times the delay before a half-written file is read again.</param>
/// <remarks>All paths, in arguments and results, are absolute paths of the node, without the prefix. Only regular files
/// inside the root are read, up to the given size. Stateless and safe for concurrent use.</remarks>
internal sealed class HostFiles(string root, TimeProvider clock)
{
    private const int MaxEntries = 100_000;
    private const int MaxSwaps = 3;

    // kubeadm and k3s rewrite files in place, so a reader may see only the first half of a file.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HostPath _paths = new(root);

    /// <summary>Returns a folder as a root, to read many files: links on the path to it are resolved once. Links inside
    /// it cannot leave it.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public HostFiles Within(string folder) => new(_paths.Resolve(folder), clock);

    /// <summary>Reads the bytes of a regular file.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist, or a link is broken.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read the file.</exception>
    /// <exception cref="IOException">Not a regular file, larger than <paramref name="maxBytes"/>, a link loop, or a
    /// disk error.</exception>
    public byte[] Read(string path, int maxBytes) => ReadFile(path, maxBytes).Bytes;

    /// <summary>Reads the bytes of a regular file, its state, and the time of its last modification.</summary>
    /// <inheritdoc cref="Read"/>
    public HostFile ReadFile(string path, int maxBytes)
    {
        var real = _paths.Resolve(path);
        for (var retries = 0; ; retries++)
        {
            try
            {
                return RegularFile.Read(real, path, maxBytes);
            }
            // A link may have been swapped, and its old target removed, since it was resolved.
            catch (Exception e) when (e is FileNotFoundException or FileRefusedException && retries < MaxSwaps)
            {
                var now = _paths.Resolve(path);
                if (now == real)
                    throw;
                real = now;
            }
        }
    }

    /// <summary>Reads the text of a UTF-8 file, without its byte order mark.</summary>
    /// <exception cref="FormatException">Not UTF-8, or with a NUL byte, as after a crash during a write.</exception>
    public string ReadText(string path, int maxBytes) => Decode(Read(path, maxBytes));

    /// <summary>Reads and parses a file; retries once after 50 ms if the parser throws <see
    /// cref="FormatException"/>.</summary>
    /// <exception cref="FormatException">The second parse failed.</exception>
    public async Task<T> ReadParsedAsync<T>(
        string path, int maxBytes, Func<byte[], T> parse, CancellationToken cancellationToken)
    {
        try
        {
            return parse(Read(path, maxBytes));
        }
        catch (FormatException)
        {
            await Task.Delay(RetryDelay, clock, cancellationToken);
            return parse(Read(path, maxBytes));
        }
    }

    /// <summary>True if the path exists, also as a loop of links. False also without permission.</summary>
    public bool Exists(string path)
    {
        try
        {
            return RegularFile.Exists(_paths.Resolve(path));
        }
        catch (IOException)
        {
            return IsLoop(path);
        }
    }

    // The path itself is a link, and its folder can be reached.
    private bool IsLoop(string path)
    {
        try
        {
            return IsLink(path);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>True if the path exists; errors are exceptions.</summary>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    /// <exception cref="IOException">A link loop, or a disk error.</exception>
    public bool ExistsForSure(string path)
    {
        var real = _paths.Resolve(path);
        // A link may have been swapped, and its old target removed, since it was resolved.
        for (var before = ""; real != before; (before, real) = (real, _paths.Resolve(path)))
        {
            if (RegularFile.ExistsForSure(real, path))
                return true;
        }
        return false;
    }

    /// <summary>What a path leads to now.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public FileState StateOf(string path)
    {
        var real = _paths.Resolve(path);
        return new(path, real, RegularFile.VersionOf(real));
    }

    /// <summary>True if the path still leads to the same file in the same version, or still to none.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public bool IsUnchanged(FileState before) =>
        _paths.Resolve(before.Path) == before.RealPath && RegularFile.VersionOf(before.RealPath) == before.Version;

    /// <summary>Size of a file in bytes; <see langword="null"/> if it does not exist, or is unknown.</summary>
    public long? Size(string path) => new FileInfo(_paths.Resolve(path)) is { Exists: true } file ? file.Length : null;

    /// <summary>True if the path is a folder, links followed. False also without permission.</summary>
    public bool IsFolder(string path)
    {
        try
        {
            return Directory.Exists(_paths.Resolve(path));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>True if the path is an empty folder. False also without permission.</summary>
    public bool IsEmptyFolder(string path)
    {
        try
        {
            var real = _paths.Resolve(path);
            return Directory.Exists(real) && !Directory.EnumerateFileSystemEntries(real).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>True if the path itself is a symbolic link, even a broken one.</summary>
    public bool IsLink(string path) => LinkTarget(path) is not null;

    /// <summary>Target of the symbolic link at the path; <see langword="null"/> if it is none, and if it cannot be
    /// read.</summary>
    public string? LinkTarget(string path) => _paths.LinkTarget(path);

    /// <summary>Returns the paths of the entries of a folder, in ordinal order; empty if the folder does not
    /// exist.</summary>
    /// <exception cref="UnauthorizedAccessException">No permission to list the folder.</exception>
    public IEnumerable<string> List(string folder)
    {
        var real = _paths.Resolve(folder);
        if (!Directory.Exists(real))
            return [];
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(real).Take(MaxEntries)
                .Select(entry => $"{folder.TrimEnd('/')}/{Path.GetFileName(entry)}").Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException(
                $"Cannot list {folder}: permission denied; {FileErrors.ForbiddenRemedy}", e);
        }
    }

    /// <summary>Resolves every link of a path. The target need not exist.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public string Resolve(string path) => _paths.ToHost(_paths.Resolve(path));

    /// <summary>The path for system calls of this process, with every link resolved.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public string RealPath(string path) => _paths.Resolve(path);

    /// <exception cref="FormatException">Not UTF-8, or with a NUL byte.</exception>
    public static string Decode(byte[] bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes).TrimStart('\uFEFF');
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw new FormatException("has a NUL byte: binary, or corrupted by a crash; write it again")
                : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("is not UTF-8 text; write it again", e);
        }
    }
}
