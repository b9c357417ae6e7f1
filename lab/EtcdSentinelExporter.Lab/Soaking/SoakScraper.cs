using System.Diagnostics;
using EtcdSentinelExporter.Lab.Measurements;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Scrapes each second, in each form in turn, and asks nginx for the same bytes at the same moment.</summary>
internal sealed class SoakScraper : IDisposable
{
    private const string OpenMetrics = "application/openmetrics-text;version=1.0.0";
    private static readonly (string Name, string Accept, string Encoding)[] s_forms =
    [
        ("plain", "text/plain", "identity"), ("gzip", "text/plain", "gzip"),
        ("openmetrics", OpenMetrics, "gzip"), ("openmetrics plain", OpenMetrics, "identity"),
    ];

    private static readonly string[] s_others =
        ["", "status.json", "etcd/metrics", "-/healthy", "runbooks/", "nothing", "?format=text"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    private readonly LateClock _clock = new();
    private readonly Uri _page;
    private readonly Uri _control;
    private readonly ProcessFigures _process;
    private readonly Func<double> _hours;
    private int _count;

    /// <param name="hours">Time of the run.</param>
    public SoakScraper(Uri page, Uri control, ProcessFigures process, Func<double> hours) =>
        (_page, _control, _process, _hours) = (page, control, process, hours);

    public async Task<SoakScrape> ScrapeAsync()
    {
        var form = s_forms[_count % s_forms.Length];
        var closes = ++_count % 3 == 0;
        var (began, hours, schedule) = (Stopwatch.GetTimestamp(), _hours(), _process.Schedule);
        var control = TimeAsync(_control, form, closes);
        var (took, failure) = await TimeAsync(_page, form, closes);
        var (late, (used, waited)) = (_clock.Since(began), _process.ScheduleSince(schedule));
        return new(hours, form.Name, took, (await control).Took, late, waited, used, failure);
    }

    /// <summary>Opens one of the other pages. Some need a member that answers.</summary>
    public async Task OpenAsync(int number)
    {
        var path = s_others[number % s_others.Length];
        await TimeAsync(new(_page, "/" + path), s_forms[0], closes: number % 2 == 0);
    }

    public void Dispose()
    {
        _http.Dispose();
        _clock.Dispose();
    }

    private async Task<(double Took, string? Failure)> TimeAsync(
        Uri page, (string Name, string Accept, string Encoding) form, bool closes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.TryAddWithoutValidation("Accept", form.Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", form.Encoding);
        request.Headers.ConnectionClose = closes;
        var began = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            using var answer = await _http.SendAsync(request);
            failure = answer.IsSuccessStatusCode ? null : $"status {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            failure = e.Message.Replace(',', ' ').Replace('\n', ' ');
        }
        return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, failure);
    }
}
