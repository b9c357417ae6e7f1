using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves etcd's own metrics: what etcd prints at this moment, never a copy of earlier.</summary>
/// <param name="most">Pages on their way at the same time; one more is told to come back later.</param>
internal sealed partial class EtcdMetricsPage(NativePages pages, int most, ILogger log)
{
    private const string Endpoint = "endpoint";

    private int _running;

    public async Task ServeAsync(HttpContext http)
    {
        try
        {
            if (Interlocked.Increment(ref _running) <= most)
                await AnswerAsync(http);
            else
                await RefuseAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left: nobody is there to be told anything.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable,
            $"{most} scrapes of etcd's metrics are running already; try again later.");
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = new HeldBody(http.Response);
        try
        {
            var targets = await pages.TargetsAsync(http.RequestAborted);
            if (targets.IsEmpty && !http.Request.Query.ContainsKey(Endpoint))
                await PlainText.WriteAsync(http, HeldBody.TextFormat, ReadOnlyMemory<byte>.Empty);
            else if (Chosen(http, targets) is { } target)
                await CopyAsync(http, targets, target, body);
            else
                await PlainText.WriteAsync(http, StatusCodes.Status404NotFound, Unknown(targets));
        }
        catch (Exception e) when (e is EtcdException or FormatException or ObjectDisposedException)
        {
            await FailAsync(http, body, e);
        }
    }

    // Nothing of the request goes further than this comparison.
    private static EtcdTarget? Chosen(HttpContext http, ImmutableArray<EtcdTarget> targets)
    {
        var asked = http.Request.Query[Endpoint];
        return asked.Count switch
        {
            0 => targets is [var only] ? only : null,
            1 => targets.FirstOrDefault(target => target.Endpoint.Text == asked[0]),
            _ => null,
        };
    }

    private static string Unknown(ImmutableArray<EtcdTarget> targets) => targets switch
    {
        [] => "No etcd is configured, and none was found on this node.",
        _ => $"Say which member with ?{Endpoint}=, one of: {string.Join(' ', targets.Select(t => t.Endpoint.Text))}",
    };

    private async Task CopyAsync(HttpContext http, ImmutableArray<EtcdTarget> targets, EtcdTarget target, HeldBody body)
    {
        await pages.CopyAsync(
            targets, target,
            type =>
            {
                http.Response.ContentType = type;
                return body.WriteAsync;
            },
            http.RequestAborted);
        await body.EndAsync(http.RequestAborted);
    }

    private Task FailAsync(HttpContext http, HeldBody body, Exception failure)
    {
        var sentence = failure.Message.ReplaceLineEndings(" ");
        LogFailed(sentence);
        if (!body.HasStarted)
            return PlainText.WriteAsync(http, StatusCodes.Status502BadGateway, $"etcd's metrics cannot be had: {sentence}");
        // A clean end would pass half a page off as a whole one.
        http.Abort();
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Debug, "etcd's metrics cannot be had: {Problem}")]
    private partial void LogFailed(string problem);
}
