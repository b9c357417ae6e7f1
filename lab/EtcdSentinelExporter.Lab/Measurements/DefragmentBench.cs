using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="DefragmentBench"/>.</summary>
/// <param name="Mebibytes">Size of each file; half of it is free pages.</param>
/// <param name="Rate">Writes a second to each member.</param>
/// <param name="Folder">Folder of the members; <see langword="null"/> for memory.</param>
internal sealed record DefragmentBenchOptions(int Mebibytes, int Rate, string? Folder);

/// <summary>Defragments three members, each with a writer of its own: as the verb <c>defragment</c> does, and as a loop
/// does that takes the members in any order, here the leader first.</summary>
internal static class DefragmentBench
{
    private const int Mebibyte = 1 << 20;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);

    /// <summary>Measures both, each on a cluster of its own, and prints the numbers.</summary>
    public static async Task RunAsync(DefragmentBenchOptions options, TextWriter output)
    {
        foreach (var (name, defragment) in new (string, Func<IServiceProvider, TextWriter, Task>)[]
        {
            ("the verb", ByVerbAsync), ("a loop, the leader first", ByLoopAsync),
        })
        {
            await using var cluster = await StartAsync(options);
            await output.WriteLineAsync($"{name}:");
            await MeasureAsync(cluster, options.Rate, defragment, output);
        }
    }

    private static async Task MeasureAsync(
        EtcdCluster cluster, int rate, Func<IServiceProvider, TextWriter, Task> defragment, TextWriter output)
    {
        await using var services = Services(cluster.Members[0]);
        await using var writing = Services(cluster.Members[0]);
        var clients = writing.GetRequiredService<MaintenanceCluster>();
        var members = (await clients.ReadAsync(CancellationToken.None)).Members;
        ImmutableArray<PinnedWriter> writers =
            [.. members.Select(member => new PinnedWriter(member.Name, clients.Member(member.Id).Etcd, rate))];
        await Task.Delay(Before, TimeProvider.System, CancellationToken.None);
        var watch = Stopwatch.StartNew();
        await defragment(services, output);
        await output.WriteLineAsync(Text($"  total: {watch.Elapsed.TotalSeconds:0.0} s"));
        foreach (var (member, writer) in members.Zip(writers))
        {
            var (seconds, failures) = await writer.StopAsync();
            await output.WriteLineAsync(Text(
                $"  writer at {member.Name}: {seconds.Length} writes, p50 {At(seconds, 0.5) * 1000:0.0} ms, p99 ")
                + Text($"{At(seconds, 0.99) * 1000:0} ms, worst {seconds[^1]:0.00} s, ")
                + Text($"{seconds.Count(late => late > 1)} later than 1 s, {failures} failed"));
        }
    }

    private static async Task ByVerbAsync(IServiceProvider services, TextWriter output)
    {
        var cluster = services.GetRequiredService<MaintenanceCluster>();
        var guard = new DefragmentGuard(
            (await cluster.ReadAsync(CancellationToken.None)).ClusterId,
            new(RefusalPurpose.Defragment, trustsRoom: true), [RefusalCode.Version]);
        var run = new DefragmentRun(
            cluster, new DefragmentRules(0, 0), guard, TimeSpan.FromHours(1),
            services.GetRequiredService<MaintenanceTimeouts>(), TimeProvider.System,
            line => output.WriteLineAsync($"  {line}"), "bench");
        var end = await run.RunAsync(CancellationToken.None);
        if (end is not RunEnd.Done)
            throw new LabException($"the run ended with {end}");
    }

    private static async Task ByLoopAsync(IServiceProvider services, TextWriter output)
    {
        var cluster = services.GetRequiredService<MaintenanceCluster>();
        var facts = await cluster.ReadAsync(CancellationToken.None);
        foreach (var member in facts.Members.OrderByDescending(member => member.IsLeader))
        {
            var watch = Stopwatch.StartNew();
            await cluster.Member(member.Id).Client.DefragmentAsync(CancellationToken.None);
            await output.WriteLineAsync(Text(
                $"  {member.Name}{(member.IsLeader ? " (leader)" : "")}: {watch.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    private static async Task<EtcdCluster> StartAsync(DefragmentBenchOptions options)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Folder = options.Folder is { } folder ? Path.Combine(folder, $"etcd-{Guid.NewGuid():N}") : null,
        });
        var value = new string('x', Mebibyte);
        for (var write = 0; write < options.Mebibytes; write++)
            await cluster.PutAsync(write % 2 == 0 ? $"/registry/kept/{write}" : "/registry/big", value);
        var revision = (await EndpointStatus.AllAsync(cluster))[0].Revision;
        await cluster.EtcdctlAsync("compact", "--physical", Text($"{revision:0}"));
        return cluster;
    }

    private static ServiceProvider Services(MemberProcess member)
    {
        var settings = new SettingsReader(Catalog.Settings, SettingsFile.Read).Read(
            new([new("path.rootfs", member.Node.Root, "lab"), new("etcd.processes", "false", "lab")], []),
            ImmutableDictionary<string, string>.Empty);
        var context = new CommandContext(
            TextWriter.Null, TextWriter.Null, ImmutableDictionary<string, string>.Empty, SettingsFile.Read,
            TimeProvider.System)
        {
            AddServices = services => services.AddEtcdMaintenance(),
        };
        return NodeServices.Build(settings, [], context, new Logs(context, settings));
    }

    private static double At(ImmutableArray<double> ordered, double share) =>
        ordered[(int)(share * (ordered.Length - 1))];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
