using System.Net.Sockets;
using System.Security.Authentication;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Reads the certificates that listeners present. Results are cached, because each handshake costs the server
/// a signature.</summary>
/// <param name="dial">Performs a handshake with a listener.</param>
/// <param name="timeout">Timeout of a handshake.</param>
/// <param name="clock">Measures the timeout and the age of results.</param>
internal sealed class Handshakes(
    Func<TlsListener, CancellationToken, Task<CertificateFacts>> dial, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Interval of handshakes with a listener that has no problem.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private const int MaxProblemLength = 1_000;

    /// <summary>Reads all listeners concurrently, so that one that does not respond does not delay the
    /// others.</summary>
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

    // A listener with a problem is checked in every poll, so that the problem disappears as soon as it is solved. If
    // the file was renewed since the last handshake, it differs from the served certificate: also a problem.
    private bool IsDue(ServedReading last) =>
        last.Leaf is null || last.MatchesFile is false || clock.GetUtcNow() >= last.DialledAt + Every;

    private async Task<ServedReading> DialAsync(TlsListener listener, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return new(listener, at, await dial(listener, either.Token), Problem: null);
        }
        catch (OperationCanceledException)
        {
            return new(listener, at, Leaf: null, $"timeout: no handshake within {timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or UnauthorizedAccessException)
        {
            return new(listener, at, Leaf: null, DisplayText.Of(e.Message.ReplaceLineEndings(" "), MaxProblemLength));
        }
        // Parsing an untrusted certificate may throw unexpected exceptions; they must not affect the other listeners.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(listener, at, Leaf: null,
                DisplayText.Of($"its certificate is invalid ({e.GetType().Name}): {e.Message}", MaxProblemLength));
        }
    }
}
