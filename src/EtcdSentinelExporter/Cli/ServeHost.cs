using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>Web server and poller in one host, which stops on SIGTERM and SIGINT.</summary>
internal sealed partial class ServeHost : IAsyncDisposable
{
    private readonly PollingService _polling;

    private ServeHost(WebApplication app, PollingService polling) => (App, _polling) = (app, polling);

    public WebApplication App { get; }

    /// <summary>True if polling ended with an exception, which is a bug.</summary>
    public bool HasFailed => _polling.ExecuteTask is { IsFaulted: true };

    /// <exception cref="ListenFailedException">The message names the address and the reason; nothing was
    /// started.</exception>
    public static ServeHost Create(
        SettingValues settings,
        ImmutableArray<Collector> collectors,
        CommandContext context,
        ILoggerFactory logs,
        WebLimits limits,
        ResponseLimits responses,
        PassthroughPages? passthrough = null,
        WebConfigSource? web = null,
        RefusedRequests? refused = null)
    {
        var clock = context.Clock;
        var store = new SnapshotStore();
        var guard = web is null ? null : new AccessGuard(web, refused ?? new(), clock);
        var poller = new Poller(collectors, store, clock, logs.CreateLogger<Poller>());
        ImmutableArray<Collector> shown = [.. collectors.Where(collector => !collector.IsInternal)];
        var metrics = new MetricsEndpoint(store, responses.Metrics);
        var check = new SelfCheck(
            metrics.ServeAsync, () => responses.Metrics.Ended, limits, clock, logs.CreateLogger<SelfCheck>());
        var polling = new PollingService(poller);
        var app = Listen(settings, logs, limits, clock, web, polling, check);
        var firstPoll = poller.FirstPollOver(MembersCollector.Name);
        var content = new WebContent(
            () => Diagnostician.Report(StateOf(store, shown, clock)), responses.Status,
            settings.Get(GeneralSettings.TelemetryPath), metrics.ServeAsync,
            IsReady: () => firstPoll.IsCompleted, IsHealthy: () => check.IsHealthy)
        {
            EtcdMetrics = passthrough is null ? null : new EtcdMetricsPage(
                passthrough, responses.EtcdMetrics, settings.Get(PassthroughSettings.Timeout),
                logs.CreateLogger<EtcdMetricsPage>(), clock).ServeAsync,
            Guard = guard,
        };
        WebApp.Map(app, content);
        LogStartAndStop(app, logs.CreateLogger<ServeHost>(), shown.Length);
        return new(app, polling);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    private static NodeState StateOf(SnapshotStore store, ImmutableArray<Collector> collectors, TimeProvider clock)
    {
        var snapshots = store.Current.Snapshots;
        return new(
            clock.GetUtcNow(), Environment.MachineName, Build.Current.Text,
            [
                .. collectors.Select(
                    collector => new CollectorPoll(collector.Name, snapshots.GetValueOrDefault(collector.Name))),
            ]);
    }

    private static WebApplication Listen(
        SettingValues settings, ILoggerFactory logs, WebLimits limits, TimeProvider clock, WebConfigSource? web,
        params BackgroundService[] services)
    {
        var health = settings.Get(GeneralSettings.HealthListenAddress);
        var sockets = ListenSocket.BindAll(settings.Get(GeneralSettings.ListenAddresses), health);
        // Empty: the other builders watch the working directory and read ASPNETCORE_* and appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limits.Stop);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        foreach (var service in services)
            builder.Services.AddSingleton<IHostedService>(_ => service);
        var gates = Listener.Use(builder, sockets, limits, clock, web, health);
        var app = builder.Build();
        app.Lifetime.ApplicationStopping.Register(() => _ = AbortAsync(gates, limits.StopWithin, clock));
        return app;
    }

    // A client that does not read its response would delay the shutdown.
    private static async Task AbortAsync(IEnumerable<ConnectionGate> gates, TimeSpan after, TimeProvider clock)
    {
        await Task.Delay(after, clock, CancellationToken.None);
        foreach (var gate in gates)
            gate.AbortAll();
    }

    private static void LogStartAndStop(WebApplication app, ILogger log, int collectors)
    {
        app.Lifetime.ApplicationStarted.Register(() =>
            LogStarted(log, Build.Current.Text, string.Join(' ', app.Urls), collectors));
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(log));
    }

    [LoggerMessage(1, LogLevel.Information,
        "Started version {Version}: listening on {Addresses}, running {Collectors} collectors")]
    private static partial void LogStarted(ILogger log, string version, string addresses, int collectors);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger log);

    private sealed class PollingService(Poller poller) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => poller.RunAsync(stoppingToken);
    }
}
