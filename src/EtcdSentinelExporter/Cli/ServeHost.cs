using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>Web server and poller in one host, which obeys SIGTERM and SIGINT.</summary>
internal sealed partial class ServeHost : IAsyncDisposable
{
    private readonly PollingService _polling;

    private ServeHost(WebApplication app, PollingService polling) => (App, _polling) = (app, polling);

    public WebApplication App { get; }

    /// <summary>Whether polling ended by itself, which it never should.</summary>
    public bool HasFailed => _polling.ExecuteTask is { IsFaulted: true };

    /// <exception cref="ListenFailedException">The message says where and why; nothing was started.</exception>
    public static ServeHost Create(
        SettingValues settings,
        ImmutableArray<Collector> collectors,
        CommandContext outside,
        ILoggerFactory logs,
        Func<long> droppedLogLines,
        WebLimits limits,
        ResponseLimits responses,
        PassthroughPages? native = null,
        WebConfigSource? web = null)
    {
        var clock = outside.Clock;
        var store = new SnapshotStore();
        var guard = web is null ? null : new AccessGuard(web, clock);
        var poller = new Poller(
            [.. collectors, .. OwnCollectors.Of(web, guard, droppedLogLines, clock)], store, clock,
            logs.CreateLogger<Poller>());
        var metrics = new Web.MetricsPage(store, responses.Metrics);
        var check = new SelfCheck(
            metrics.ServeAsync, () => responses.Metrics.Ended, limits, clock, logs.CreateLogger<SelfCheck>());
        var polling = new PollingService(poller);
        var app = ListeningHost.Build(settings, logs, limits, clock, web, polling, check);
        var firstLook = poller.FirstPollOver(MembersCollector.Name);
        var content = new WebContent(
            store, collectors, settings.Get(GeneralSettings.TelemetryPath), Build.Current.Text,
            metrics.ServeAsync, IsReady: () => firstLook.IsCompleted, IsHealthy: () => check.IsHealthy)
        {
            EtcdMetrics = native is null ? null : new EtcdMetricsPage(
                native, responses.EtcdMetrics, settings.Get(EtcdSettings.MetricsTimeout),
                logs.CreateLogger<EtcdMetricsPage>(), clock).ServeAsync,
            Guard = guard,
        };
        WebApp.Map(app, content);
        LogLife(app, logs.CreateLogger<ServeHost>(), collectors.Length);
        return new(app, polling);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    private static void LogLife(WebApplication app, ILogger log, int collectors)
    {
        app.Lifetime.ApplicationStarted.Register(() =>
            LogStarted(log, Build.Current.Text, string.Join(' ', app.Urls), collectors));
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(log));
    }

    [LoggerMessage(1, LogLevel.Information,
        "Version {Version} listens on {Addresses} and runs {Collectors} collectors")]
    private static partial void LogStarted(ILogger log, string version, string addresses, int collectors);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger log);
}
