using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Sees what listeners serve, rarely: each handshake costs the other side a signature.</summary>
/// <param name="dial">Shakes hands with a listener.</param>
/// <param name="limit">How long that may take.</param>
/// <param name="clock">Measures it, and dates what was served.</param>
internal sealed class Handshakes(
    Func<TlsListener, CancellationToken, Task<CertificateFacts>> dial, TimeSpan limit, TimeProvider clock)
{
    /// <summary>From one handshake with a listener to the next, while nothing is amiss.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private const int MaxProblemLength = 1_000;

    /// <summary>All listeners at once: a silent one costs the others nothing.</summary>
    public async Task<ImmutableArray<ServedReading>> ReadAsync(
        ImmutableArray<TlsListener> listeners, ImmutableArray<ServedReading> previous,
        ImmutableArray<FileReading> files, CancellationToken cancellationToken)
    {
        var before = previous.ToDictionary(served => (served.Listener.Name, served.Listener.Address));
        return [.. await Task.WhenAll(
            from listener in listeners.DistinctBy(listener => (listener.Name, listener.Address))
            let known = before.GetValueOrDefault((listener.Name, listener.Address))
            select ReadAsync(listener, known, files, cancellationToken))];
    }

    private async Task<ServedReading> ReadAsync(
        TlsListener listener, ServedReading? before, ImmutableArray<FileReading> files,
        CancellationToken cancellationToken)
    {
        var last = before is null ? null : (before with { Listener = listener }).ComparedWith(files);
        return last is not null && !IsDue(last)
            ? last
            : (await DialAsync(listener, cancellationToken)).ComparedWith(files);
    }

    // What is amiss is looked at in every poll, so that it is gone as soon as it is mended. A file that was renewed
    // since the last handshake differs from what was served then, and so is asked about at once.
    private bool IsDue(ServedReading last) =>
        last.Leaf is null || last.MatchesFile is false || clock.GetUtcNow() >= last.DialledAt + Every;

    private async Task<ServedReading> DialAsync(TlsListener listener, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return new(listener, at, await dial(listener, either.Token), Problem: null);
        }
        catch (OperationCanceledException)
        {
            return new(listener, at, Leaf: null, $"no handshake within {limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or UnauthorizedAccessException)
        {
            return new(listener, at, Leaf: null, DisplayText.Of(e.Message.ReplaceLineEndings(" "), MaxProblemLength));
        }
        // A stranger's certificate may break what reads it in ways of its own; that must not cost all the others.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(listener, at, Leaf: null,
                DisplayText.Of($"its certificate cannot be read ({e.GetType().Name}): {e.Message}", MaxProblemLength));
        }
    }
}
