using System.Net;
using System.Net.Http.Headers;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Fetches the HTTP pages of etcd: <c>/metrics</c>, <c>/health</c>.</summary>
/// <param name="tls">For <c>https</c> addresses; <see langword="null"/> if there are none.</param>
internal sealed class MetricsPageClient(
    TlsIdentitySource? tls, EtcdTimeouts timeouts, PageAllowance allowed, TimeProvider clock) : IDisposable
{
    private readonly HttpConnectionCache _plain = new(timeouts.WithoutPings, clock, allowed.Connections);
    private readonly HttpConnectionCache _secure = new(timeouts.WithoutPings, clock, allowed.Connections);

    /// <summary>Streams a metrics page, with its content type, to a reader.</summary>
    /// <exception cref="EtcdException">As in <see cref="GetAsync"/>, or the page is not a metrics page.</exception>
    public Task<T> GetMetricsAsync<T>(
        Uri url, Func<Stream, string, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        GetAsync(url, (body, headers, token) => read(body, MetricsContent.Type(headers), token), cancellationToken);

    /// <summary>True if a page such as <c>/health</c> returns 200, false if it returns 503.</summary>
    /// <exception cref="EtcdException">Any other status, or no response.</exception>
    public async Task<bool> IsHealthyAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(url, static (_, _, _) => Task.FromResult(true), cancellationToken);
        }
        catch (EtcdException e) when (e.HttpStatus == (int)HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }
    }

    /// <summary>Streams a page to a reader.</summary>
    /// <exception cref="EtcdException">No page; see the reason. The reader's stream also throws it if the page is too
    /// large.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T> GetAsync<T>(
        Uri url, Func<Stream, HttpContentHeaders, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(allowed.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var isSecure = url.Scheme == Uri.UriSchemeHttps;
            return await (isSecure ? _secure : _plain).UseAsync(
                isSecure ? tls : null, connection => ReadAsync(connection, url, read, either.Token), either.Token);
        }
        catch (Exception e) when (
            late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && e is not EtcdException)
        {
            throw new EtcdException(
                EtcdReason.Timeout,
                $"{WithoutQuery(url)}: no complete page within {allowed.Deadline.TotalSeconds:0.###} s.", e);
        }
    }

    /// <summary>The URL without its query, which may contain a secret.</summary>
    public static string WithoutQuery(Uri url) => url.GetLeftPart(UriPartial.Path);

    public void Dispose()
    {
        _plain.Dispose();
        _secure.Dispose();
    }

    private async Task<T> ReadAsync<T>(
        HttpConnection connection,
        Uri url,
        Func<Stream, HttpContentHeaders, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await connection.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new EtcdException(
                EtcdReason.HttpStatus, $"{WithoutQuery(url)}: HTTP {(int)response.StatusCode} instead of 200.")
            {
                HttpStatus = (int)response.StatusCode,
            };
        }
        await using var body = new CappedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken), allowed.Bytes);
        return await read(body, response.Content.Headers, cancellationToken);
    }
}
