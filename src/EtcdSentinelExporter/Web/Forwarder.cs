using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace EtcdSentinelExporter.Web;

/// <summary>Fetches a page from the exporter behind a socket.</summary>
/// <remarks>Nothing of a request goes further but its method, what it accepts, and the page that was chosen for
/// it.</remarks>
/// <param name="within">Time for one page, the slowness of the client included.</param>
internal sealed partial class Forwarder(
    UnixDomainSocketEndPoint upstream, WebLimits limits, TimeSpan within, ILogger log, TimeProvider clock) : IDisposable
{
    private const long LargestPage = 64 << 20;

    private static readonly ImmutableArray<string> Passed =
        ["Content-Type", "Content-Encoding", "Vary", "Retry-After", "Content-Security-Policy", "Referrer-Policy"];

    private readonly HttpMessageInvoker _http = new(Handler(upstream, limits));
    private readonly Places _places = new(limits.Scrapes + limits.EtcdScrapes, "pages are on their way");
    private volatile string _said = "";

    /// <param name="path">And query, of ours.</param>
    public Task ServeAsync(HttpContext http, string path) => _places.ServeAsync(http, () => FetchAsync(http, path));

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(UnixDomainSocketEndPoint upstream, WebLimits limits) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = limits.Scrapes + limits.EtcdScrapes,
        MaxResponseHeadersLength = 16,
        // The exporter closes a connection that is silent for longer.
        PooledConnectionIdleTimeout = limits.KeepAlive / 2,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(upstream, token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private async Task FetchAsync(HttpContext http, string path)
    {
        using var late = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            using var request = Request(http.Request, path);
            using var response = await _http.SendAsync(request, either.Token);
            await CopyAsync(response, http, either.Token);
            Say("");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left: nobody is there to be told anything.
        }
        catch (OperationCanceledException)
        {
            await FailAsync(http, StatusCodes.Status504GatewayTimeout, string.Create(
                CultureInfo.InvariantCulture, $"not all of the page within {within.TotalSeconds:0.###} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await FailAsync(http, StatusCodes.Status502BadGateway, Problem(e.InnerException ?? e));
        }
    }

    // What the system says of a path where nothing is sounds like trouble with an address.
    public static string Problem(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
        ? "there is no such socket; does the exporter run, and is its folder mounted here?"
        : e.Message;

    private static HttpRequestMessage Request(HttpRequest asked, string path)
    {
        var request = new HttpRequestMessage(
            HttpMethods.IsHead(asked.Method) ? HttpMethod.Head : HttpMethod.Get, "http://exporter" + path);
        Pass("Accept", asked.Headers.Accept, request.Headers);
        Pass("Accept-Encoding", asked.Headers.AcceptEncoding, request.Headers);
        return request;
    }

    private static void Pass(string name, StringValues values, HttpRequestHeaders headers)
    {
        if (values.Count > 0)
            headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
    }

    private static async Task CopyAsync(HttpResponseMessage from, HttpContext http, CancellationToken cancellationToken)
    {
        var to = http.Response;
        if (from.Content.Headers.ContentLength > LargestPage)
            throw new IOException("the page is larger than 64 MiB");
        to.StatusCode = (int)from.StatusCode;
        foreach (var name in Passed)
        {
            var values = from.Headers.TryGetValues(name, out var found)
                || from.Content.Headers.TryGetValues(name, out found)
                ? new StringValues([.. found])
                : default;
            // What web.config.file says stays.
            if (values.Count > 0 && to.Headers[name].Count == 0)
                to.Headers[name] = values;
        }
        to.ContentLength = from.Content.Headers.ContentLength;
        if (!HttpMethods.IsHead(http.Request.Method))
            await CopyBodyAsync(await from.Content.ReadAsStreamAsync(cancellationToken), to, cancellationToken);
    }

    private static async Task CopyBodyAsync(Stream from, HttpResponse to, CancellationToken cancellationToken)
    {
        var left = LargestPage;
        while (await from.ReadAsync(to.BodyWriter.GetMemory(), cancellationToken) is var read and > 0)
        {
            if ((left -= read) < 0)
                throw new IOException("the page is larger than 64 MiB");
            to.BodyWriter.Advance(read);
            await to.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    private async Task FailAsync(HttpContext http, int status, string problem)
    {
        Say(problem);
        // A clean end would pass half a page off as a whole one.
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.Headers.Remove("Content-Encoding");
        await PlainText.WriteAsync(
            http, status, "The exporter behind this front does not answer; see the log of both.");
    }

    private void Say(string problem)
    {
        if (problem == _said)
            return;
        _said = problem;
        if (problem is "")
            LogBack($"unix:{upstream}");
        else
            LogFailing($"unix:{upstream}", problem);
    }

    [LoggerMessage(1, LogLevel.Warning, "The exporter does not answer at {Upstream}: {Problem}")]
    private partial void LogFailing(string upstream, string problem);

    [LoggerMessage(2, LogLevel.Information, "The exporter answers again at {Upstream}")]
    private partial void LogBack(string upstream);
}
