using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.WebConfig;

namespace EtcdSentinelExporter.Commands;

/// <summary>A host that listens where the settings say, polls, and obeys SIGTERM and SIGINT.</summary>
internal static class ListeningHost
{
    // Kubernetes and systemd wait much longer, but a scrape that hangs is not worth waiting for.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(3);

    /// <exception cref="ListenFailedException">The message says where and why; nothing was started.</exception>
    public static WebApplication Build(
        Settings settings, Poller poller, ILoggerFactory logs, WebLimits limits, TimeProvider clock,
        WebConfigSource? web)
    {
        var addresses = settings.Get(GeneralSettings.ListenAddresses).Select(address => address.EndPoint);
        var health = settings.Get(GeneralSettings.HealthListenAddress)?.EndPoint;
        var sockets = ListenSocket.BindAll(addresses, health);
        // Empty: the other builders watch the working directory, and obey ASPNETCORE_* and appsettings.json.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton(_ => new PollingService(poller));
        builder.Services.AddHostedService(services => services.GetRequiredService<PollingService>());
        Listener.Use(builder, sockets, limits, clock, web, health);
        return builder.Build();
    }
}
