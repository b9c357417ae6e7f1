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
            await context.Error.WriteLineAsync("Interrupted.");
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
            "certificates" => CertificatesRecovery.Of(
                state, await MembersAsync(request, logs, stopping), OptionsOf(request)),
            "disk" => DiskRecovery.Of(state, await MembersAsync(request, logs, stopping), OptionsOf(request)),
            _ => await SpaceAsync(request, state, logs, stopping),
        };
        await context.Out.WriteAsync(Write(plan, options.Format));
        await context.Out.FlushAsync(stopping);
        return plan.Refusals.IsEmpty ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<RecoveryPlan> SpaceAsync(
        Request request, NodeState state, Logs logs, CancellationToken stopping)
    {
        var options = request.Options;
        await using var services = MaintenanceServices(request, logs);
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
        return isNoSpace
            ? plan.OfNoSpace(refusals, OptionsOf(request)) : plan.OfFragmentation(refusals, OptionsOf(request));
    }

    // A node without etcd, and members that do not answer, are part of the plan.
    private static async Task<ClusterFacts?> MembersAsync(Request request, Logs logs, CancellationToken stopping)
    {
        await using var services = MaintenanceServices(request, logs);
        try
        {
            return await services.GetRequiredService<MaintenanceCluster>().ReadAsync(stopping);
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            return null;
        }
    }

    private static ServiceProvider MaintenanceServices(Request request, Logs logs)
    {
        return NodeServices.Build(request.Settings, [], request.Context with { AddServices = Add }, logs);

        void Add(IServiceCollection added)
        {
            request.Context.AddServices(added);
            added.AddEtcdMaintenance();
        }
    }

    private static ProgramOptions OptionsOf(Request request) => new()
    {
        Settings = ProgramOptions.FlagsOf(request.Settings.Given),
        Execute = (request.Options.Forced.IsEmpty ? "" : $" --force={string.Join(',', request.Options.Forced)}")
            + (request.Options.TrustsRoom ? " --trust-room" : ""),
        Etcd = EtcdSettings.Overrides(request.Settings),
    };

    private static ImmutableArray<CollectorKind> KindsOf(string topic) => topic switch
    {
        "certificates" => [CertificatesCollector.Kind, MembersCollector.Kind],
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
