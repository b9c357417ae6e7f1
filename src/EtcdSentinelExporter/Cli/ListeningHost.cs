using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>Builds a host that listens on the configured addresses and stops on SIGTERM and SIGINT.</summary>
internal static class ListeningHost
{
    /// <param name="services">Background services, which run as long as the host.</param>
    /// <exception cref="ListenFailedException">The message names the address and the reason; nothing was
    /// started.</exception>
    public static WebApplication Build(
        SettingValues settings, ILoggerFactory logs, WebLimits limits, TimeProvider clock, WebConfigSource? web,
        params BackgroundService[] services)
    {
        var addresses = settings.Get(GeneralSettings.ListenAddresses).Select(address => address.EndPoint);
        var health = settings.Get(GeneralSettings.HealthListenAddress)?.EndPoint;
        var sockets = ListenSocket.BindAll(addresses, health);
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
}
