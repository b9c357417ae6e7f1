using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Web;
using Microsoft.Extensions.DependencyInjection;

namespace EtcdSentinelExporter.PatientExporters;

/// <summary>The exporter with generous timeouts: on a busy machine, those of production fail polls of a healthy node.
/// All else is the code of the real program.</summary>
internal static class PatientExporter
{
    /// <summary>The first argument, where a test is about something that hangs: that is found out soon.</summary>
    private const string FindsHangs = "--finds-hangs";

    // The same bound as that of the waits in tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private static readonly DiskTimeouts GenerousDisks =
        new() { List = Limit, Roles = Limit, RolePath = Limit };

    private static readonly MembersTimeouts GenerousMembers = new() { Call = Limit, Page = Limit };

    private static void AddGenerous(IServiceCollection services)
    {
        // A call and a page each get a part of the poll.
        services.AddSingleton(new PollTimeouts { MinPoll = 10 * Limit });
        services.AddSingleton(new HostTimeouts { FileRead = Limit });
        services.AddSingleton(new DiscoveryTimeouts { Read = Limit });
        services.AddSingleton(new MaintenanceTimeouts
        {
            Probe = Limit,
            Call = Limit,
            GateMin = TimeSpan.FromSeconds(1),
            GateQuiet = TimeSpan.Zero,
            GateMax = Limit,
        });
        services.AddSingleton(new RecoveryTimeouts
        {
            Watch = Soon,
            Spread = Limit,
            Pause = Soon / 10,
            NewLeader = Limit,
        });
        services.AddSingleton(new EtcdTimeouts(
            Connect: Limit, PingDelay: Limit, PingTimeout: Limit));
        services.AddSingleton(PageAllowance.ForProbes with { Deadline = Limit });
        services.AddSingleton(new CertificatesTimeouts
        {
            File = Limit,
            Handshake = Limit,
            CloseNotify = Limit,
        });
        // A grandchild may hold the output.
        services.AddSingleton(new ProcessTimeouts(Exit: Limit, Output: TimeSpan.FromSeconds(20)));
    }

    private static void AddGenerousToAll(IServiceCollection services)
    {
        AddGenerous(services);
        services.AddSingleton(GenerousDisks);
        services.AddSingleton(GenerousMembers);
        services.AddSingleton(new StorageTimeouts { EtcdFolder = Limit });
    }

    private static void AddGenerousButForHangs(IServiceCollection services)
    {
        AddGenerous(services);
        services.AddSingleton(GenerousDisks with { RolePath = Soon });
        // The page is asked for where a call got no answer, to tell why.
        services.AddSingleton(GenerousMembers with { Call = Soon, Page = 5 * Soon });
        services.AddSingleton(new StorageTimeouts { EtcdFolder = Soon });
    }

    private static WebLimits GenerousToClients => new()
    {
        Headers = Limit,
        SlowFor = Limit,
        StopWithin = Limit,
        Stop = Limit,
    };

    // In production an unread response is aborted 0.2 s after SIGTERM; without that the server ends it after 3 s. Here
    // the second comes after every test has given up.
    private static WebLimits GenerousButForUnreadResponses => GenerousToClients with
    {
        SlowFor = 10 * Limit,
        StopWithin = new WebLimits().StopWithin,
        Stop = 10 * Limit,
    };

    private static Task<int> Main(string[] args)
    {
        NativeMemory.LimitArenas();
        var finds = args is [FindsHangs, ..];
        return CommandLine.RunAsync(args[(finds ? 1 : 0)..], CommandContext.OfThisProcess() with
        {
            AddServices = finds ? AddGenerousButForHangs : AddGenerousToAll,
            Web = finds ? GenerousButForUnreadResponses : GenerousToClients,
        });
    }
}
