using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Collecting.Self;
using EtcdSentinelExporter.Collectors.Members;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Commands;

/// <summary>Web server and poller in one host, which obeys SIGTERM and SIGINT.</summary>
internal sealed partial class ServeHost : IAsyncDisposable
{
    // Kubernetes and systemd wait much longer, but a scrape that hangs is not worth waiting for.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(3);

    private readonly PollingService _polling;

    private ServeHost(WebApplication app, PollingService polling) => (App, _polling) = (app, polling);

    public WebApplication App { get; }

    /// <summary>Whether polling ended by itself, which it never should.</summary>
    public bool HasFailed => _polling.ExecuteTask is { IsFaulted: true };

    /// <exception cref="ListenFailedException">The message says where and why; nothing was started.</exception>
    public static ServeHost Create(
        Settings settings,
        ImmutableArray<Collector> collectors,
        Surroundings outside,
        ILoggerFactory logs,
        WebLimits limits,
        NativePages? native = null)
    {
        var store = new SnapshotStore();
        var poller = new Poller(
            [.. collectors, ProcessCollector.Create(outside.Clock)], store, outside.Clock, logs.CreateLogger<Poller>());
        var addresses = settings.Get(GeneralSettings.ListenAddresses).Select(address => address.EndPoint);
        var app = Builder(poller, logs, ListenSocket.BindAll(addresses), limits, outside.Clock).Build();
        var path = settings.Get(GeneralSettings.TelemetryPath);
        var firstLook = poller.FirstPollOver(MembersCollector.Name);
        var etcd = native is null ? null : new EtcdMetricsPage(
            native,
            limits.EtcdScrapes,
            settings.Get(EtcdSettings.MetricsTimeout),
            logs.CreateLogger<EtcdMetricsPage>(),
            outside.Clock);
        var content = new WebContent(store, collectors, path, Build.Current.Text, () => firstLook.IsCompleted)
        {
            EtcdMetrics = etcd is null ? null : etcd.ServeAsync,
        };
        WebApp.Map(app, content, limits);
        var log = logs.CreateLogger<ServeHost>();
        app.Lifetime.ApplicationStarted.Register(() =>
            LogStarted(log, Build.Current.Text, string.Join(' ', app.Urls), collectors.Length));
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(log));
        return new(app, app.Services.GetRequiredService<PollingService>());
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    // Empty: the other builders watch the working directory, and obey ASPNETCORE_* and appsettings.json.
    private static WebApplicationBuilder Builder(
        Poller poller,
        ILoggerFactory logs,
        IReadOnlyDictionary<EndPoint, Socket> sockets,
        WebLimits limits,
        TimeProvider clock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton(_ => new PollingService(poller));
        builder.Services.AddHostedService(services => services.GetRequiredService<PollingService>());
        Listener.Use(builder, sockets, limits, clock);
        return builder;
    }

    [LoggerMessage(1, LogLevel.Information,
        "Version {Version} listens on {Addresses} and runs {Collectors} collectors")]
    private static partial void LogStarted(ILogger log, string version, string addresses, int collectors);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger log);
}
