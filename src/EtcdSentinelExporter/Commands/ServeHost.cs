using System.Collections.Immutable;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Logging;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Commands;

/// <summary>Web server and poller in one host, which obeys SIGTERM and SIGINT.</summary>
internal sealed partial class ServeHost : IAsyncDisposable
{
    // Kubernetes and systemd wait much longer, but a scrape that hangs is not worth waiting for.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(3);

    private readonly Poller _poller;

    private ServeHost(WebApplication app, Poller poller) => (App, _poller) = (app, poller);

    public WebApplication App { get; }

    /// <summary>Whether polling ended by itself, which it never should.</summary>
    public bool HasFailed => _poller.ExecuteTask is { IsFaulted: true };

    public static ServeHost Build(Settings settings, ImmutableArray<Collector> collectors, Surroundings outside, WebLimits limits)
    {
        var store = new SnapshotStore();
        // Empty: the other builders watch the working directory, and obey ASPNETCORE_* and appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        AddLogging(builder.Logging, settings, outside);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton(services => new Poller(collectors, store, outside.Clock, services.GetRequiredService<ILogger<Poller>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<Poller>());
        Listener.Use(builder, settings.Get(GeneralSettings.ListenAddresses).Select(address => address.EndPoint), limits);

        var app = builder.Build();
        WebApp.Map(app, new(store, collectors, settings.Get(GeneralSettings.TelemetryPath), ProgramVersion.Text, () => IsReady(store, collectors)), limits);
        var log = app.Services.GetRequiredService<ILogger<ServeHost>>();
        app.Lifetime.ApplicationStarted.Register(() => LogStarted(log, ProgramVersion.Text, string.Join(' ', app.Urls), collectors.Length));
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(log));
        return new(app, app.Services.GetRequiredService<Poller>());
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    // Ready is whoever has looked at the members once, whatever was seen; where nobody looks at them, there is nothing to wait for.
    private static bool IsReady(SnapshotStore store, ImmutableArray<Collector> collectors) =>
        collectors.All(collector => collector.Name is not "members") || store.Current.Snapshots.ContainsKey("members");

    private static void AddLogging(ILoggingBuilder logging, Settings settings, Surroundings outside)
    {
        var level = settings.Get(GeneralSettings.LogLevel);
        Func<LogEvent, string> format = settings.Get(GeneralSettings.LogFormat) is LogFormat.Json ? JsonLine.Write : LogfmtLine.Write;
        logging.SetMinimumLevel(level);
        // What the framework has to say about its requests is of use only to who asks for everything.
        if (level is not LogLevel.Debug)
            logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(outside.Error, format, outside.Clock));
    }

    [LoggerMessage(1, LogLevel.Information, "Version {Version} listens on {Addresses} and runs {Collectors} collectors")]
    private static partial void LogStarted(ILogger log, string version, string addresses, int collectors);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger log);
}
