using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>The files of the node, seen through the folder under which its root is mounted.</summary>
/// <param name="root">Where the node's <c>/</c> is seen by this process: <c>/</c> itself, or a mount such as
/// <c>/host</c>.</param>
/// <param name="clock">Times the pause before a half-written file is read again.</param>
/// <remarks>Every path that goes in or comes out is the node's own, absolute and without the prefix. Only regular files
/// are read, never more than asked for, and nothing outside the root. Holds no state: any number of threads may use
/// it.</remarks>
internal sealed class HostFiles(string root, TimeProvider clock)
{
    private const int MaxEntries = 100_000;

    // kubeadm and k3s rewrite files in place, so a reader can meet the first half of one.
    private static readonly TimeSpan PauseBeforeSecondRead = TimeSpan.FromMilliseconds(50);

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HostPath _paths = new(root);

    /// <summary>A folder as a root of its own, for whoever reads many files of it: the links on the way to it are
    /// followed once. Links inside it lead nowhere else.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public HostFiles Within(string folder) => new(_paths.Resolve(folder), clock);

    /// <summary>The bytes of a regular file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or a link on the way leads nowhere.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    /// <exception cref="IOException">No regular file, larger than <paramref name="maxBytes"/>, links in a circle, or a
    /// disk error.</exception>
    public byte[] Read(string path, int maxBytes) => ReadFile(path, maxBytes).Bytes;

    /// <summary>The bytes of a regular file, and when they changed last.</summary>
    /// <inheritdoc cref="Read"/>
    public HostFile ReadFile(string path, int maxBytes) => RegularFile.Read(_paths.Resolve(path), path, maxBytes);

    /// <summary>The text of a UTF-8 file, without its byte order mark.</summary>
    /// <exception cref="FormatException">Not UTF-8, or with a NUL inside, as a file has that was torn by a
    /// crash.</exception>
    public string ReadText(string path, int maxBytes) => Decode(Read(path, maxBytes));

    /// <summary>Reads and parses; when the parse throws <see cref="FormatException"/>, once more after 50 ms.</summary>
    /// <exception cref="FormatException">From the second parse.</exception>
    public async Task<T> ReadParsedAsync<T>(
        string path, int maxBytes, Func<byte[], T> parse, CancellationToken cancellationToken)
    {
        try
        {
            return parse(Read(path, maxBytes));
        }
        catch (FormatException)
        {
            await Task.Delay(PauseBeforeSecondRead, clock, cancellationToken);
            return parse(Read(path, maxBytes));
        }
    }

    /// <summary>Whether anything at all is seen at the path. False also where this process may not look.</summary>
    public bool Exists(string path)
    {
        try
        {
            return RegularFile.IsThere(_paths.Resolve(path));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether anything at all is seen at the path.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not look.</exception>
    /// <exception cref="IOException">Links in a circle, or a disk error.</exception>
    public bool ExistsForSure(string path)
    {
        try
        {
            RegularFile.RequireThere(_paths.Resolve(path), path);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Bytes of a file; <see langword="null"/> where there is none, or it is not told.</summary>
    public long? Size(string path) => new FileInfo(_paths.Resolve(path)) is { Exists: true } file ? file.Length : null;

    /// <summary>Whether a folder is there, links followed. False also where this process may not look.</summary>
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

    /// <summary>Whether a folder is there and holds nothing. False also where this process may not look.</summary>
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

    /// <summary>Whether the path itself is a symbolic link, also one that leads nowhere.</summary>
    public bool IsLink(string path) => _paths.LinkTarget(path) is not null;

    /// <summary>The paths of what a folder holds, in ordinal order; none when there is no such folder.</summary>
    /// <exception cref="UnauthorizedAccessException">This process may not list it.</exception>
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
            throw new UnauthorizedAccessException($"{folder} may not be listed: {RegularFile.ForbiddenRemedy}", e);
        }
    }

    /// <summary>Where a path leads once every link on the way is followed. The end need not exist.</summary>
    /// <exception cref="IOException">More than 40 links.</exception>
    public string Resolve(string path) => _paths.ToHost(_paths.Resolve(path));

    /// <exception cref="FormatException">Not UTF-8, or with a NUL inside.</exception>
    public static string Decode(byte[] bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes).TrimStart('\uFEFF');
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw new FormatException("holds a NUL byte: binary, or torn by a crash; write it anew")
                : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("is not UTF-8 text; write it anew", e);
        }
    }
}
