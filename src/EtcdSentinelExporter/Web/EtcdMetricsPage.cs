using System.Collections.Concurrent;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves etcd's own metrics, as a passthrough without a cache.</summary>
/// <param name="within">Timeout of a whole scrape, including discovery and a slow client.</param>
internal sealed partial class EtcdMetricsPage(
    PassthroughPages pages, ResponseLimit limit, TimeSpan within, ILogger log, TimeProvider clock)
{
    public const string Endpoint = "endpoint";
    private const string NoEndpoint = "";

    // The last logged problem by endpoint (only known ones), so that only changes are logged.
    private readonly ConcurrentDictionary<string, string> _failing = new(StringComparer.Ordinal);

    public Task ServeAsync(HttpContext http) => limit.ServeAsync(http, () => AnswerAsync(http));

    private async Task AnswerAsync(HttpContext http)
    {
        using var late = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        var body = new BufferedResponseBody(http.Response);
        EtcdTarget? target = null;
        try
        {
            var targets = await pages.TargetsAsync(either.Token);
            target = Selected(http, targets);
            if (targets.IsEmpty && !http.Request.Query.ContainsKey(Endpoint))
                await PlainText.WriteAsync(http, PageText.ContentType(TextFormat.Prometheus), body: default);
            else if (target is not null)
                await CopyAsync(http, targets, target, body, either.Token);
            else
                await PlainText.WriteAsync(http, StatusCodes.Status404NotFound, Unknown(targets));
            Recovered(target);
        }
        catch (Exception e) when (e is EtcdException or FormatException or ObjectDisposedException)
        {
            await FailAsync(http, body, target, e.Message);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(http, body, target, string.Create(
                CultureInfo.InvariantCulture, $"no complete page within {within.TotalSeconds:0.###} s"));
        }
    }

    // Text of the request is used in this comparison only.
    private static EtcdTarget? Selected(HttpContext http, ImmutableArray<EtcdTarget> targets)
    {
        var requested = http.Request.Query[Endpoint];
        return requested.Count switch
        {
            0 => targets is [var only] ? only : null,
            1 => targets.FirstOrDefault(target => target.Endpoint.Text == requested[0]),
            _ => null,
        };
    }

    private static string Unknown(ImmutableArray<EtcdTarget> targets) => targets switch
    {
        [] => "No etcd is configured, and none was found on this node.",
        _ => $"Select a member with ?{Endpoint}=, one of: {string.Join(' ', targets.Select(t => t.Endpoint.Text))}",
    };

    private async Task CopyAsync(
        HttpContext http,
        ImmutableArray<EtcdTarget> targets,
        EtcdTarget target,
        BufferedResponseBody body,
        CancellationToken cancellationToken)
    {
        await pages.CopyAsync(
            targets, target,
            type =>
            {
                http.Response.ContentType = type;
                return body.WriteAsync;
            },
            cancellationToken);
        await body.EndAsync(cancellationToken);
    }

    private Task FailAsync(HttpContext http, BufferedResponseBody body, EtcdTarget? target, string problem)
    {
        var sentence = Sentence(target, problem);
        if (_failing.GetValueOrDefault(Key(target)) != sentence)
            LogFailed(sentence);
        _failing[Key(target)] = sentence;
        if (!body.HasStarted)
        {
            return PlainText.WriteAsync(
                http, StatusCodes.Status502BadGateway, $"Cannot read etcd's metrics: {sentence}");
        }
        // After a clean end, half a page would look complete.
        http.Abort();
        return Task.CompletedTask;
    }

    private void Recovered(EtcdTarget? target)
    {
        if (_failing.TryRemove(Key(target), out _))
            LogRecovered(Key(target));
    }

    private static string Key(EtcdTarget? target) => target?.Endpoint.Text ?? NoEndpoint;

    // The URL of the page, once.
    private static string Sentence(EtcdTarget? target, string problem)
    {
        var line = problem.ReplaceLineEndings(" ");
        if (target is null)
            return line;
        var page = MetricsPageClient.WithoutQuery(target.MetricsUrl);
        return line.StartsWith(page, StringComparison.Ordinal) ? line : $"{page}: {line}";
    }

    [LoggerMessage(1, LogLevel.Warning, "Cannot read etcd's metrics: {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(2, LogLevel.Information, "Reads of etcd's metrics succeed again: {Endpoint}")]
    private partial void LogRecovered(string endpoint);
}
