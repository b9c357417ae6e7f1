using System.Collections.Immutable;

namespace EtcdSentinelExporter.Host;

/// <summary>One look at the node's configuration: reads files and remembers which.</summary>
internal sealed class ConfigReader(HostFiles files)
{
    // The largest manifest that kubelet takes is 10 MB, but no file that says how etcd runs comes near a hundredth of
    // it.
    private const int MaxBytes = 1 << 20;

    private readonly List<string> _lookedAt = [];

    public HostFiles Files => files;

    public ImmutableArray<string> LookedAt => [.. _lookedAt];

    /// <summary>The parsed file; <see langword="null"/> when it does not exist.</summary>
    /// <exception cref="FormatException">From <paramref name="parse"/>, also after a second read.</exception>
    public async Task<T?> TryReadAsync<T>(string path, Func<string, T> parse, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        _lookedAt.Add(path);
        try
        {
            return await files.ReadParsedAsync(
                path, MaxBytes, bytes => parse(HostFiles.Decode(bytes)), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="TryReadAsync{T}"/>
    /// <exception cref="FileNotFoundException">It does not exist.</exception>
    public async Task<T> ReadAsync<T>(string path, Func<string, T> parse, CancellationToken cancellationToken)
        where T : class =>
        await TryReadAsync(path, parse, cancellationToken)
        ?? throw new FileNotFoundException($"{path} does not exist, although etcd is to be started with it", path);
}
