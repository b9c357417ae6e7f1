using System.Collections.Immutable;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Commands;

/// <summary>The verb <c>front</c>: owns the port, TLS and passwords of an exporter that listens on a socket
/// alone.</summary>
/// <remarks>It needs neither root nor a mount of the node, and is all that a stranger can reach.</remarks>
internal static partial class FrontCommand
{
    public const string Name = "front";

    // What the exporter itself needs to say that etcd did not answer in time.
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(1);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] upstreams, Settings settings, Surroundings outside, CancellationToken stopping)
    {
        var socket = Upstream.Parse(upstreams);
        if (socket is null)
            settings.Complain(Upstream.Flag, Upstream.Advice);
        if (socket is null || await Complaints.PrintAsync(settings, outside.Error) is not null)
            return await Complaints.PrintAsync(settings, outside.Error) ?? ExitCode.Usage;
        using var logs = Logs.To(outside, settings);
        var web = WebConfigFile.Open(settings, logs, outside.Clock);
        if (await Complaints.PrintAsync(settings, outside.Error) is { } wrong)
            return wrong;
        using var guard = web is null ? null : new AccessGuard(web, outside.Clock);
        var limits = new WebLimits();
        using var forwarder = new Forwarder(
            socket, limits, settings.Get(EtcdSettings.MetricsTimeout) + Longer, logs.CreateLogger<Forwarder>(),
            outside.Clock);
        var store = new SnapshotStore();
        ImmutableArray<Collector> own = [.. OwnCollectors.Of(web, guard, outside.Clock)];
        var poller = new Poller(own, store, outside.Clock, logs.CreateLogger<Poller>());
        try
        {
            await using var app = ListeningHost.Build(settings, poller, logs, limits, outside.Clock, web);
            FrontPages.Map(
                app, forwarder, new MetricsPage(store, limits.Scrapes),
                settings.Get(GeneralSettings.TelemetryPath), guard);
            app.Lifetime.ApplicationStarted.Register(() =>
                LogStarted(logs.CreateLogger(nameof(FrontCommand)), string.Join(' ', app.Urls), $"{socket}"));
            await app.StartAsync(stopping);
            await app.WaitForShutdownAsync(stopping);
            return ExitCode.Done;
        }
        catch (ListenFailedException e)
        {
            await outside.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Listens on {Addresses} for the exporter at {Upstream}")]
    private static partial void LogStarted(ILogger log, string addresses, string upstream);
}
