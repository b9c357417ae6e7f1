using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Cli;

/// <summary>One pass of <c>defragment</c>: reads the cluster, prints the plan, and runs it if it is this node's
/// turn.</summary>
internal sealed class DefragmentPass
{
    private readonly MaintenanceCluster _cluster;
    private readonly MaintenanceTimeouts _timeouts;
    private readonly DefragmentOptions _options;
    private readonly CommandContext _context;
    private readonly Refusals _refusals;
    private DefragmentRun? _run;

    public DefragmentPass(IServiceProvider services, DefragmentOptions options, CommandContext context)
    {
        _cluster = services.GetRequiredService<MaintenanceCluster>();
        _timeouts = services.GetRequiredService<MaintenanceTimeouts>();
        _refusals = new(RefusalPurpose.Defragment, options.TrustsRoom);
        (_options, _context) = (options, context);
    }

    /// <summary>What was done until now.</summary>
    public ImmutableArray<DefragmentationResult> Results => _run?.Results ?? [];

    /// <summary>True from the first call that writes: that for the lock.</summary>
    public bool HasWritten => _run is not null;

    /// <returns>The exit code.</returns>
    /// <exception cref="FormatException">No etcd was found here.</exception>
    /// <exception cref="EtcdException">No member of this node answers.</exception>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        try
        {
            return await RunAsync(await _cluster.ReadAsync(stopping), stopping);
        }
        // It does not even list the members.
        catch (EtcdException e) when (e.Reason == EtcdReason.Learner && !HasWritten)
        {
            return await EndAsync("not my turn: the member of this node is a learner", ExitCode.Done);
        }
    }

    private async Task<int> RunAsync(ClusterFacts facts, CancellationToken stopping)
    {
        var members = _options.Rules.Select(facts);
        foreach (var member in facts.Members)
        {
            var isLeft = member.State is not null && !members.Contains(member.Id);
            await SayAsync($"{RunText.Line(member)}{(isLeft ? ": nothing to do" : "")}");
        }
        if (members.IsEmpty && facts.Members.All(member => member.Failure is null))
            return await EndAsync("nothing to do", ExitCode.Done);
        if (!_options.IsDryRun && !_options.IsOncePerCluster && !facts.IsOurTurn)
        {
            var actor = facts.StartedVoters.FirstOrDefault()?.Title ?? "no member";
            return await EndAsync($"not my turn: the node of {actor} acts for this cluster", ExitCode.Done);
        }
        var refused = Refusals.Without(_refusals.Of(facts, members), _options.Limits.Forced);
        foreach (var refusal in refused)
            await SayAsync($"refused: {refusal}");
        if (refused is [_, ..] && !_options.IsDryRun)
            return ExitCode.Refused;
        await PlanAsync(facts, members);
        return _options.IsDryRun
            ? await EndAsync("dry run: nothing was written", refused is [] ? ExitCode.Done : ExitCode.Refused)
            : await ActAsync(stopping);
    }

    private async Task PlanAsync(ClusterFacts facts, ImmutableHashSet<ulong> members)
    {
        foreach (var (at, step) in DefragmentOrder.Of(facts, members).Index())
        {
            var member = facts.Find(step.MemberId)!;
            await SayAsync($"step {at + 1}: " + (step.Kind is DefragmentStepKind.MoveLeader
                ? $"leadership moves to {member.Title}"
                : $"defragment {member.Title}; for about {RunText.Seconds(BlockEstimate.Of(member))} it answers "
                    + "nothing, and an API server on its node waits"));
        }
    }

    private async Task<int> ActAsync(CancellationToken stopping)
    {
        var holder = string.Create(CultureInfo.InvariantCulture,
            $"{Environment.MachineName} process {Environment.ProcessId} since {_context.Clock.GetUtcNow():u}");
        _run = new(_cluster, _options.Rules, _refusals, _options.Limits, _timeouts, _context.Clock, SayAsync, holder);
        return await _run.RunAsync(stopping) switch
        {
            RunEnd.Done => await EndAsync("done", ExitCode.Done),
            RunEnd.Refused => ExitCode.Refused,
            RunEnd.OverBudget => ExitCode.OverBudget,
            _ => ExitCode.Failed,
        };
    }

    private async Task<int> EndAsync(string line, int code)
    {
        await SayAsync(line);
        return code;
    }

    private async Task SayAsync(string line)
    {
        await _context.Out.WriteLineAsync(line);
        await _context.Out.FlushAsync(CancellationToken.None);
    }
}
