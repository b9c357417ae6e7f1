using System.Net;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Etcd;

/// <summary>Fetches pages that etcd serves beside gRPC: <c>/metrics</c>, <c>/health</c>.</summary>
/// <param name="tls">For <c>https</c> addresses; <see langword="null"/> when there are none.</param>
/// <param name="deadline">For the whole page, its reader included.</param>
/// <param name="largestPage">Bytes that are read of a page at most.</param>
internal sealed class MetricsPageClient(
    TlsIdentitySource? tls, EtcdTimeouts timeouts, TimeSpan deadline, long largestPage, TimeProvider clock) : IDisposable
{
    private readonly HttpLines _plain = new(tls: null, timeouts, clock);
    private readonly HttpLines _secure = new(tls, timeouts, clock);

    /// <summary>Hands the page to a reader while it arrives.</summary>
    /// <exception cref="EtcdException">No page; the reason says why. Also thrown out of the stream given to the reader,
    /// when the page is too large.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T> GetAsync<T>(
        Uri url, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var lines = url.Scheme == Uri.UriSchemeHttps ? _secure : _plain;
            return await lines.UseAsync(line => ReadAsync(line, url, read, either.Token), either.Token);
        }
        catch (Exception e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && e is not EtcdException)
        {
            throw new EtcdException(
                EtcdReason.Timeout, $"{url}: no whole page within {deadline.TotalSeconds:0.###} s.", e);
        }
    }

    public void Dispose()
    {
        _plain.Dispose();
        _secure.Dispose();
    }

    private async Task<T> ReadAsync<T>(
        HttpLine line, Uri url, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await line.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new EtcdException(EtcdReason.HttpStatus, $"{url}: HTTP {(int)response.StatusCode} instead of 200.")
            {
                HttpStatus = (int)response.StatusCode,
            };
        }
        await using var body = new CappedStream(await response.Content.ReadAsStreamAsync(cancellationToken), largestPage);
        return await read(body, cancellationToken);
    }
}
