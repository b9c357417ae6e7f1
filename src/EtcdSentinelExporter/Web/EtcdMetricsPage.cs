using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves etcd's own metrics: what etcd prints at this moment, never a copy of earlier.</summary>
/// <param name="within">Time for a whole scrape, discovery and the slowness of the client included.</param>
internal sealed partial class EtcdMetricsPage(
    PassthroughPages pages, ResponseLimit limit, TimeSpan within, ILogger log, TimeProvider clock)
{
    public const string Endpoint = "endpoint";
    private const string Nobody = "";

    // By endpoint, and only configured ones: what was said last, so that only changes are logged.
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
            target = Chosen(http, targets);
            if (targets.IsEmpty && !http.Request.Query.ContainsKey(Endpoint))
                await PlainText.WriteAsync(http, BufferedResponseBody.TextFormat, ReadOnlyMemory<byte>.Empty);
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
                CultureInfo.InvariantCulture, $"not all of it within {within.TotalSeconds:0.###} s"));
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
                http, StatusCodes.Status502BadGateway, $"etcd's metrics cannot be had: {sentence}");
        }
        // A clean end would pass half a page off as a whole one.
        http.Abort();
        return Task.CompletedTask;
    }

    private void Recovered(EtcdTarget? target)
    {
        if (_failing.TryRemove(Key(target), out _))
            LogRecovered(Key(target));
    }

    private static string Key(EtcdTarget? target) => target?.Endpoint.Text ?? Nobody;

    // Which page it is about, once.
    private static string Sentence(EtcdTarget? target, string problem)
    {
        var line = problem.ReplaceLineEndings(" ");
        if (target is null)
            return line;
        var page = MetricsPageClient.Shown(target.MetricsUrl);
        return line.StartsWith(page, StringComparison.Ordinal) ? line : $"{page}: {line}";
    }

    [LoggerMessage(1, LogLevel.Warning, "etcd's metrics cannot be had: {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(2, LogLevel.Information, "etcd's metrics can be had again {Endpoint}")]
    private partial void LogRecovered(string endpoint);
}
