using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>A running program whose page is measured.</summary>
internal sealed class BenchSubject : IAsyncDisposable
{
    /// <summary>What Prometheus 2.42 sends, and so the form that an answer has.</summary>
    public const string Accept = "application/openmetrics-text;version=1.0.0,"
        + "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.All });
    private readonly Process _process;

    private BenchSubject(Process process, Uri page, bool keepsConnection)
    {
        (_process, Page, Cost) = (process, page, new(process));
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", Accept);
        _http.DefaultRequestHeaders.ConnectionClose = !keepsConnection;
    }

    public Uri Page { get; }

    public ProcessCost Cost { get; }

    /// <summary>Time from its start to the first whole page.</summary>
    public TimeSpan Start { get; private init; }

    /// <summary>Starts it and waits for the first whole page.</summary>
    /// <param name="whole">A text that stands only in a whole page.</param>
    /// <param name="command">Program and arguments, given the address to listen on.</param>
    /// <param name="keepsConnection">False if each request comes over a new connection.</param>
    /// <param name="path">Of its page.</param>
    /// <exception cref="LabException">It ended, or gives no whole page; the message has its log.</exception>
    public static async Task<BenchSubject> StartAsync(
        string log, string whole, Func<string, string[]> command, bool keepsConnection = true,
        string path = "metrics")
    {
        var address = $"127.0.0.1:{Ports.FreePort().ToString(CultureInfo.InvariantCulture)}";
        var words = command(address);
        var watch = Stopwatch.StartNew();
        var process = CleanProcess.Start(log, words[0], words[1..]);
        var subject = new BenchSubject(process, new($"http://{address}/{path}"), keepsConnection);
        while (!(await subject.TryGetAsync()).Contains(whole, StringComparison.Ordinal))
        {
            if (process.HasExited || watch.Elapsed > Patience.Limit)
                throw new LabException($"{words[0]} gives no whole page. Its log:\n{LogFile.End(log)}");
            await Task.Delay(s_pause, TimeProvider.System, CancellationToken.None);
        }
        return new(process, subject.Page, keepsConnection) { Start = watch.Elapsed };
    }

    /// <summary>Returns the page, decompressed.</summary>
    public Task<string> GetAsync() => _http.GetStringAsync(Page);

    /// <summary>Returns the length of the page as it comes when gzip is accepted.</summary>
    public async Task<int> CompressedBytesAsync()
    {
        using var raw = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        raw.DefaultRequestHeaders.TryAddWithoutValidation("Accept", Accept);
        raw.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", "gzip");
        return (await raw.GetByteArrayAsync(Page)).Length;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<string> TryGetAsync()
    {
        try
        {
            return await GetAsync();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }
}
