namespace EtcdSentinelExporter.Host;

/// <summary>Reads configuration files of the node and records their paths.</summary>
internal sealed class ConfigReader(HostFiles files)
{
    // The kubelet accepts manifests up to 10 MB, but configuration files are far below a hundredth of that.
    private const int MaxBytes = 1 << 20;

    private readonly List<string> _lookedAt = [];
    private readonly SortedSet<string> _empty = new(StringComparer.Ordinal);

    public HostFiles Files => files;

    public ImmutableArray<string> LookedAt => [.. _lookedAt];

    /// <summary>The file that was read last; <c>/</c> if none was.</summary>
    public string LastPath => _lookedAt is [.., var last] ? last : "/";

    /// <summary>Files that exist and have no content, as after a crash. Some are valid without.</summary>
    public ImmutableArray<string> Empty => [.. _empty];

    /// <summary>Reads and parses a file; <see langword="null"/> if it does not exist.</summary>
    /// <exception cref="FormatException"><paramref name="parse"/> failed, also after a second read.</exception>
    public async Task<T?> TryReadAsync<T>(string path, Func<string, T> parse, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        _lookedAt.Add(path);
        if (!files.ExistsForSure(path))
            return null;
        try
        {
            return await files.ReadParsedAsync(path, MaxBytes, Parse, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        T Parse(byte[] bytes)
        {
            var text = HostFiles.Decode(bytes);
            if (string.IsNullOrWhiteSpace(text))
                _empty.Add(path);
            return parse(text);
        }
    }

    /// <inheritdoc cref="TryReadAsync{T}"/>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public async Task<T> ReadAsync<T>(string path, Func<string, T> parse, CancellationToken cancellationToken)
        where T : class =>
        await TryReadAsync(path, parse, cancellationToken)
        ?? throw new FileNotFoundException(
            $"{path} does not exist, although another configuration file names it", path);
}
