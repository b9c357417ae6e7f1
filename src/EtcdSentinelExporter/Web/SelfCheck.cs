namespace EtcdSentinelExporter.Web;

/// <summary>Scrapes the exporter's own metrics page in memory, with the code and the limits of real scrapes.</summary>
/// <remarks>A page that returns 503 forever, for any reason, must lead to a restart. Failed polls do not count: a
/// restart would not repair them.</remarks>
/// <param name="ended">Number of ended responses of the page; see <see cref="ResponseLimit.Ended"/>.</param>
internal sealed partial class SelfCheck(
    RequestDelegate page, Func<long> ended, WebLimits limits, TimeProvider clock, ILogger log) : BackgroundService
{
    private const int MaxFailures = 5;

    private Task<string?>? _running;
    private long _endedBefore;
    private int _failures;

    /// <summary>False after five consecutive failures, until a check succeeds.</summary>
    public bool IsHealthy => Volatile.Read(ref _failures) < MaxFailures;

    /// <summary>Scrapes once. Calls must not be concurrent.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await ProblemAsync(cancellationToken) is not { } problem)
        {
            Volatile.Write(ref _failures, 0);
            return;
        }
        var failures = Interlocked.Increment(ref _failures);
        if (failures is 1 or MaxFailures)
            LogFailed(failures, problem);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(limits.SelfCheckEvery, clock, stoppingToken);
            await CheckAsync(stoppingToken);
        }
    }

    // On a thread of the pool, because serving may block. A check that never returns counts as failed at each interval.
    private async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_running is not { IsCompleted: false })
                _running = Task.Run(ScrapeAsync, cancellationToken);
            return await _running.WaitAsync(limits.SelfCheckWithin, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return $"no response within {limits.SelfCheckWithin.TotalSeconds} s";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    private async Task<string?> ScrapeAsync()
    {
        using var limit = new CancellationTokenSource(limits.SelfCheckWithin, clock);
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestAborted = limit.Token };
        http.Request.Method = HttpMethods.Get;
        http.Response.Body = body;
        await page(http);
        var endedBefore = Interlocked.Exchange(ref _endedBefore, ended());
        return http.Response.StatusCode switch
        {
            StatusCodes.Status200OK => body.Length == 0 ? "an empty page" : null,
            // Many concurrent clients make the page busy. It is stuck only if no response ends.
            StatusCodes.Status503ServiceUnavailable when ended() > endedBefore => null,
            var status => $"status {status}",
        };
    }

    [LoggerMessage(1, LogLevel.Warning,
        "Self-check of the metrics page failed, {Failures} times in a row: {Problem}")]
    private partial void LogFailed(int failures, string problem);
}
