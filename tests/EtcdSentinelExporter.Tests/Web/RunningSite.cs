using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EtcdSentinelExporter.Tests.Web;

/// <summary>The pages on a real server, on a free port of the loopback interface.</summary>
internal sealed class RunningSite : IAsyncDisposable
{
    /// <summary>No time limit counts: those of the real limits are shorter than a busy machine may need.</summary>
    public static WebLimits Limits { get; } =
        new() { Headers = Patience.Limit, KeepAlive = Patience.Limit, SlowFor = Patience.Limit };

    private readonly WebApplication _app;

    private RunningSite(WebApplication app, WebLimits limits) =>
        (_app, Responses) = (app, new ResponseLimits(limits));

    public SnapshotStore Store { get; } = new();

    public ResponseLimits Responses { get; }

    /// <summary>Of the main port, and of the health port.</summary>
    public ImmutableArray<ConnectionGate> Gates { get; private init; }

    public bool IsReady { get; set; }

    public bool IsHealthy { get; set; } = true;

    public required HttpClient Client { get; init; }

    public Uri Address => Client.BaseAddress!;

    public IEnumerable<string> Urls => _app.Urls;

    /// <param name="limits">Left out, <see cref="Limits"/>.</param>
    /// <param name="clock">Left out, one that stands still: nobody waits too long for the check of a password.</param>
    public static async Task<RunningSite> StartAsync(
        WebLimits? limits = null, EndPoint? where = null, RequestDelegate? etcd = null,
        WebConfigSource? config = null, EndPoint? health = null, ILoggerFactory? logs = null,
        TimeProvider? clock = null, Func<Report>? status = null)
    {
        clock ??= new FakeClock();
        limits ??= Limits;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(3));
        if (logs is not null)
            builder.Services.AddSingleton(logs);
        var gates = Listener.Use(
            builder, ListenSocket.BindAll([where ?? new IPEndPoint(IPAddress.Loopback, 0)], health),
            limits, clock, config, health);
        var app = builder.Build();
        var client = new HttpClient { Timeout = Patience.Limit };
        var site = new RunningSite(app, limits) { Client = client, Gates = gates };
        var content = new WebContent(
            status ?? (() => SomeReports.Healthy), site.Responses.Status, "/metrics",
            new MetricsEndpoint(site.Store, site.Responses.Metrics).ServeAsync, () => site.IsReady, () => site.IsHealthy)
        {
            EtcdMetrics = etcd,
            Guard = config is null ? null : new(config, new(), clock),
        };
        WebApp.Map(app, content);
        await app.StartAsync();
        if (app.Urls.First().Contains("://127.", StringComparison.Ordinal))
            client.BaseAddress = new(app.Urls.First());
        return site;
    }

    /// <summary>Publishes a page of about this many bytes.</summary>
    public void Publish(int bytes)
    {
        var filler = new string('x', Math.Min(bytes, 1000));
        ImmutableArray<MetricFamily<string>> families =
        [
            new(MetricType.Gauge, "etcd_sentinel_test", "A test.", ["n", "filler"], (text, samples) =>
            {
                for (var n = 0; n <= bytes / 1040; n++)
                    samples.Add(n, $"{n}", text);
            }),
        ];
        Store.Post(new Snapshot<string>("test", DateTimeOffset.UnixEpoch)
        {
            Families = FamilySamples.Of(families, filler),
        });
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>Sends bytes as they are, and returns all that comes back before the server closes the
    /// connection.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var socket = await HangAsync(request);
        using var all = new MemoryStream();
        await using var stream = new NetworkStream(socket);
        using var limit = new CancellationTokenSource(Patience.Limit, TimeProvider.System);
        try
        {
            await stream.CopyToAsync(all, limit.Token);
        }
        catch (IOException)
        {
            // A reset is also an end.
        }
        return Encoding.ASCII.GetString(all.ToArray());
    }

    /// <summary>Sends bytes and then reads nothing.</summary>
    public async Task<Socket> HangAsync(string request)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveBufferSize = 4096;
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Responses.Dispose();
    }
}
