using System.Collections.Immutable;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Collecting.Self;
using EtcdSentinelExporter.Collectors.Members;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.WebConfig;

namespace EtcdSentinelExporter.Commands;

/// <summary>Web server and poller in one host, which obeys SIGTERM and SIGINT.</summary>
internal sealed partial class ServeHost : IAsyncDisposable
{
    private readonly PollingService _polling;
    private readonly AccessGuard? _guard;

    private ServeHost(WebApplication app, PollingService polling, AccessGuard? guard) =>
        (App, _polling, _guard) = (app, polling, guard);

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
        NativePages? native = null,
        WebConfigSource? web = null)
    {
        var store = new SnapshotStore();
        var guard = web is null ? null : new AccessGuard(web, outside.Clock);
        var poller = new Poller(
            [.. collectors, .. OwnCollectors.Of(web, guard, outside.Clock)], store, outside.Clock,
            logs.CreateLogger<Poller>());
        var app = ListeningHost.Build(settings, poller, logs, limits, outside.Clock, web);
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
            Guard = guard,
        };
        WebApp.Map(app, content, limits);
        var log = logs.CreateLogger<ServeHost>();
        app.Lifetime.ApplicationStarted.Register(() =>
            LogStarted(log, Build.Current.Text, string.Join(' ', app.Urls), collectors.Length));
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(log));
        return new(app, app.Services.GetRequiredService<PollingService>(), guard);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _guard?.Dispose();
    }

    [LoggerMessage(1, LogLevel.Information,
        "Version {Version} listens on {Addresses} and runs {Collectors} collectors")]
    private static partial void LogStarted(ILogger log, string version, string addresses, int collectors);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger log);
}
