using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>Runs the verb <c>defragment</c> in this process, with short gates and generous timeouts, and makes clusters
/// that need it.</summary>
internal static class Defragmenting
{
    private const int Mebibyte = 1 << 20;
    private const int Values = 20;

    private static readonly TimeSpan Generous = Patience.Limit;

    /// <summary>Options with which Debian's etcd on this machine is not refused.</summary>
    public static readonly ImmutableArray<string> Willing = ["--force=version", "--trust-room"];

    /// <summary>Without waiting between members, and with time for a busy machine.</summary>
    public static MaintenanceTimeouts Timeouts { get; } = new()
    {
        Probe = Generous,
        Call = Generous,
        Pause = TimeSpan.FromMilliseconds(100),
        GateMin = TimeSpan.Zero,
        GateQuiet = TimeSpan.Zero,
        GateMax = Generous,
    };

    /// <summary>Starts a cluster whose members have 20 MiB of free pages of a quota of 64 MiB, and some keys.</summary>
    public static async Task<EtcdCluster> StartFragmentedAsync(EtcdBinary binary, int members)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Members = members,
            Binary = binary,
            ExtraFlags = [$"--quota-backend-bytes={64 * Mebibyte}"],
        });
        for (var key = 0; key < 5; key++)
            await cluster.EtcdctlAsync("put", $"/registry/pods/default/{key}", "x");
        await FragmentAsync(cluster);
        return cluster;
    }

    /// <summary>Overwrites a key of 1 MiB, and drops the old revisions.</summary>
    public static async Task FragmentAsync(EtcdCluster cluster)
    {
        var value = new string('x', Mebibyte);
        for (var write = 0; write < Values; write++)
            await cluster.PutAsync("/registry/big", value);
        var revision = (await EndpointStatus.AllAsync(cluster))[0].Revision;
        await cluster.EtcdctlAsync("compact", "--physical", revision.ToString("0", CultureInfo.InvariantCulture));
        await Wait.UntilAsync(HasFreePagesAsync, "the old revisions are free pages");

        async Task<bool> HasFreePagesAsync()
        {
            // Pages that a transaction freed are counted as free from the next one on.
            await cluster.EtcdctlAsync("put", "/registry/next", "x");
            return (await EndpointStatus.AllAsync(cluster)).All(
                status => status.Number("dbSize") - status.Number("dbSizeInUse") > 15 * Mebibyte);
        }
    }

    /// <summary>Runs the verb on a member's node.</summary>
    public static Task<RanVerb> RunAsync(MemberProcess member, params string[] options) =>
        RunAsync(member, Timeouts, _ => { }, options);

    /// <param name="onLine">Gets each line before the run goes on.</param>
    public static async Task<RanVerb> RunAsync(
        MemberProcess member, MaintenanceTimeouts timeouts, Action<string> onLine, params string[] options)
    {
        await using var output = new LineWatch(onLine);
        await using var error = new StringWriter();
        var context = new CommandContext(
            output, error, ImmutableDictionary<string, string>.Empty, SettingsFile.Read, TimeProvider.System)
        {
            AddServices = services => Add(services, timeouts),
        };
        // The verb's own context: nothing here waits for the one that waits for it.
        var code = await Task.Run(() => CommandLine.RunAsync(
            ["defragment", $"--path.rootfs={member.Node.Root}", "--etcd.processes=false", .. options], context));
        return new(code, output.Lines, error.ToString());
    }

    /// <summary>The cluster as the verbs see it from a member's node.</summary>
    public static ServiceProvider Services(MemberProcess member)
    {
        var reader = new SettingsReader(Catalog.Settings, SettingsFile.Read);
        var settings = reader.Read(
            new([new("path.rootfs", member.Node.Root, "test"), new("etcd.processes", "false", "test")], []),
            ImmutableDictionary<string, string>.Empty);
        var context = new CommandContext(
            TextWriter.Null, TextWriter.Null, ImmutableDictionary<string, string>.Empty, SettingsFile.Read,
            TimeProvider.System)
        {
            AddServices = services =>
            {
                Add(services, Timeouts);
                services.AddEtcdMaintenance();
            },
        };
        return NodeServices.Build(settings, [], context, new Logs(context, settings));
    }

    /// <summary>etcd's hash of all keys up to a revision, of each member.</summary>
    public static async Task<ImmutableArray<uint>> HashesAsync(EtcdCluster cluster, long revision)
    {
        await using var services = Services(cluster.Members[0]);
        var facts = services.GetRequiredService<MaintenanceCluster>();
        var members = (await facts.ReadAsync(CancellationToken.None)).Members;
        var hashes = ImmutableArray.CreateBuilder<uint>();
        foreach (var member in members)
            hashes.Add((await facts.Member(member.Id).Client.HashAsync(revision, Generous, CancellationToken.None)).Hash);
        return hashes.ToImmutable();
    }

    private static void Add(IServiceCollection services, MaintenanceTimeouts timeouts)
    {
        services.AddSingleton(timeouts);
        services.AddSingleton(new HostTimeouts { FileRead = Generous });
        services.AddSingleton(new DiscoveryTimeouts { Read = Generous });
        services.AddSingleton(new EtcdTimeouts(Connect: Generous, PingDelay: Generous, PingTimeout: Generous));
        services.AddSingleton(PageAllowance.ForProbes with { Deadline = TimeSpan.FromSeconds(10) });
    }

    private sealed class LineWatch(Action<string> onLine) : StringWriter(CultureInfo.InvariantCulture)
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public ImmutableArray<string> Lines => [.. _lines];

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value)
        {
            _lines.Enqueue(value ?? "");
            onLine(value ?? "");
            return Task.CompletedTask;
        }
    }
}

/// <summary>How a run of a verb ended, and what it printed.</summary>
internal sealed record RanVerb(int Code, ImmutableArray<string> Lines, string Error)
{
    public string Output => string.Join('\n', Lines) + "\n" + Error;
}
