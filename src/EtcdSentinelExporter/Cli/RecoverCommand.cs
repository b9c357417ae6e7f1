using System.Runtime.InteropServices;
using System.Text;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>recover</c>: prints what to do about a problem of this cluster, and runs it if it is
/// told to.</summary>
internal static class RecoverCommand
{
    public const string Name = "recover";

    // Only the second poll of check needs a window.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, RecoverOptions options, CommandContext context, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        try
        {
            return await RunAsync(new(settings, options, context), ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            await context.Error.WriteLineAsync($"Cannot read the cluster: {e.Message}");
            return ExitCode.Unknown;
        }
    }

    private static async Task<int> RunAsync(Request request, CancellationToken stopping)
    {
        var (settings, options, context) = request;
        using var logs = new Logs(context with { Error = TextWriter.Null }, settings);
        if (options.Execute is { } execute)
            return await RecoverExecution.RunAsync(settings, options, execute, context, logs, stopping);
        using var memory = CheckMemory.Open(context);
        if (memory is null)
        {
            await context.Error.WriteLineAsync("A check is running on this node; wait until it ends.");
            return ExitCode.Unknown;
        }
        var run = new CheckRun(settings, KindsOf(options.Topic), context, logs, Window, memory);
        await ProgressLine.ShowAsync(context, () => run.PollAsync(stopping), stopping);
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } conflict)
            return conflict;
        var state = new NodeState(
            context.Clock.GetUtcNow(), Environment.MachineName, Build.Current.Text, [.. run.Polls]);
        var plan = options.Topic switch
        {
            "certificates" => CertificatesRecovery.Of(state.Certificates, state.Node),
            "disk" => DiskRecovery.Of(state),
            _ => await SpaceAsync(request, state, logs, stopping),
        };
        await context.Out.WriteAsync(Write(plan, options.Format));
        await context.Out.FlushAsync(stopping);
        return plan.Refusals.IsEmpty ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<RecoveryPlan> SpaceAsync(
        Request request, NodeState state, Logs logs, CancellationToken stopping)
    {
        var (settings, options, context) = request;
        await using var services = NodeServices.Build(settings, [], context with { AddServices = Add }, logs);
        var cluster = services.GetRequiredService<MaintenanceCluster>();
        var facts = await cluster.ReadAsync(stopping);
        var isNoSpace = options.Topic is SpacePlan.NoSpace;
        var members = isNoSpace ? facts.StartedVoters.Select(member => member.Id) : SpacePlan.Fragmented(facts);
        var refusals = Refusals.Without(
            new Refusals(
                // Each step says how much room it needs, so a node that cannot be read does not refuse a plan.
                isNoSpace ? RefusalPurpose.RecoverNoSpace : RefusalPurpose.Defragment, trustsRoom: true)
                .Of(facts, members),
            options.Forced);
        var plan = new SpacePlan(facts, state, await ResourceCounts.ReadAsync(cluster, stopping));
        var more = (options.Forced.IsEmpty ? "" : $" --force={string.Join(',', options.Forced)}")
            + (options.TrustsRoom ? " --trust-room" : "");
        return isNoSpace ? plan.OfNoSpace(refusals, more) : plan.OfFragmentation(refusals, more);

        void Add(IServiceCollection added)
        {
            context.AddServices(added);
            added.AddEtcdMaintenance();
        }
    }

    private static ImmutableArray<CollectorKind> KindsOf(string topic) => topic switch
    {
        "certificates" => [CertificatesCollector.Kind],
        "disk" => [MembersCollector.Kind, StorageCollector.Kind, DrivesCollector.Kind],
        _ => [MembersCollector.Kind],
    };

    private static string Write(RecoveryPlan plan, RecoverFormat format) => format switch
    {
        RecoverFormat.Json => Encoding.UTF8.GetString(PlanJson.Write(plan)),
        RecoverFormat.Markdown => PlanMarkdown.Write(plan),
        RecoverFormat.Script => PlanScript.Write(plan),
        _ => PlanText.Write(plan),
    };

    private sealed record Request(SettingValues Settings, RecoverOptions Options, CommandContext Context);
}
