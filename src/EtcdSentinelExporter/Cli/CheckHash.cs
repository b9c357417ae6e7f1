using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Hashes;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Compares the data of all members: <c>check --hash</c>.</summary>
/// <param name="options">Its own options.</param>
/// <param name="context">Where the result goes.</param>
/// <param name="logs">Of the connections.</param>
internal sealed class CheckHash(SettingValues settings, HashOptions options, CommandContext context, Logs logs)
{
    // 3.4 needs about a second for a GiB that is in memory; from a slow disk it takes far longer.
    private const double BytesPerSecond = 1 << 30;
    private static readonly TimeSpan MinDeadline = TimeSpan.FromMinutes(1);

    /// <param name="state">All members, polled.</param>
    /// <returns>The exit code: that a cluster differs counts most.</returns>
    public async Task<int> RunAsync(NodeState state, CancellationToken stopping)
    {
        var clusters = ClusterState.Of(state.Members?.Members ?? []);
        if (clusters.IsEmpty)
        {
            await SayAsync("No member answers.");
            return ExitCode.Unknown;
        }
        var codes = new List<int>();
        foreach (var cluster in clusters)
        {
            // Both may be on one disk.
            if (codes.Count > 0)
                await Task.Delay(options.Pause, context.Clock, stopping);
            if (clusters.Length > 1)
                await SayAsync($"Cluster of {string.Join(", ", cluster.Members.Select(member => member.Endpoint))}:");
            codes.Add(await CompareAsync(state.Members!, cluster, stopping));
        }
        return codes.Contains(ExitCode.Critical) ? ExitCode.Critical : codes.Max();
    }

    private async Task<int> CompareAsync(MembersReading reading, ClusterState cluster, CancellationToken stopping)
    {
        if (HashRefusals.Of(cluster, options.MaxBytes).ToArray() is { Length: > 0 } refusals)
        {
            foreach (var refusal in refusals)
                await SayAsync($"refused: {refusal}");
            return ExitCode.Unknown;
        }
        var members = cluster.Members.Where(member => member.Status is { IsLearner: false }).ToImmutableArray();
        await SayAsync(Cost(members));
        await using var services = NodeServices.Build(settings, [MembersCollector.Kind], context, logs);
        var hashed = Members(services, reading.Config.Installations, members);
        var result = await new HashRun(hashed, options.Pause, context.Out.WriteLine, context.Clock).RunAsync(stopping);
        await SayAsync(result.Outcome switch
        {
            HashOutcome.Same => "The members agree.",
            HashOutcome.Differs => $"The members differ in {HashRun.NeededRounds} rounds. {result.Detail} Trust the "
                + "majority; runbook EtcdCorruptAlarm says what to do.",
            _ => $"Not known. {result.Detail}",
        });
        return result.Outcome switch
        {
            HashOutcome.Same => ExitCode.Done,
            HashOutcome.Differs => ExitCode.Critical,
            _ => ExitCode.Unknown,
        };
    }

    private string Cost(ImmutableArray<MemberReading> members)
    {
        var largest = members.Max(member => member.Status!.DbBytes);
        var warm = ReportCell.Duration(TimeSpan.FromSeconds(largest / BytesPerSecond));
        var total = ((members.Length - 1) * options.Pause) + TimeSpan.FromSeconds(
            members.Sum(member => member.Status!.DbBytes) / BytesPerSecond);
        return $"Each member reads its database (up to {ReportCell.Size(largest)}) and applies nothing meanwhile: "
            + $"about {warm} if it is in memory, longer from disk. "
            + $"One after the other, the leader last, {ReportCell.Duration(options.Pause)} apart: about "
            + $"{ReportCell.Duration(total)} a round. Ctrl-C ends it.";
    }

    private static ImmutableArray<IHashMember> Members(
        IServiceProvider services, ImmutableArray<EtcdInstallation> installations,
        ImmutableArray<MemberReading> members)
    {
        var overrides = services.GetRequiredService<EtcdOverrides>();
        ImmutableArray<EtcdEndpoint> endpoints = [.. members.Select(member => EtcdEndpoint.Parse(member.Endpoint))];
        var targets = EtcdTargets.Of(
            overrides with { Endpoints = endpoints, ListedBy = OwnOf(endpoints, overrides, installations) },
            installations);
        var links = services.GetRequiredService<EtcdLinks>().To(targets);
        return
        [
            .. members.Zip(links, (member, link) => new HashMember(
                ClusterFindings.NameOf(member), member.Status!.IsLeader, member.Identity!.Version, link.Client,
                Deadline(member.Status!.DbBytes))),
        ];
    }

    // Members of other nodes are asked with the files of their cluster's member of this node.
    private static ImmutableDictionary<EtcdEndpoint, EtcdEndpoint> OwnOf(
        ImmutableArray<EtcdEndpoint> endpoints, EtcdOverrides overrides, ImmutableArray<EtcdInstallation> installations)
    {
        var own = EtcdTargets.Of(overrides, installations).SelectMany(target => target.Candidates())
            .Select(target => target.Endpoint).FirstOrDefault(endpoints.Contains);
        return own is null
            ? overrides.ListedBy
            : endpoints.ToImmutableDictionary(endpoint => endpoint, _ => own);
    }

    // A hash that is given up goes on inside etcd, so the deadline is long.
    private static TimeSpan Deadline(long bytes)
    {
        var cold = TimeSpan.FromSeconds(20 * bytes / BytesPerSecond);
        return cold > MinDeadline ? cold : MinDeadline;
    }

    private async Task SayAsync(string line)
    {
        await context.Out.WriteLineAsync(line);
        await context.Out.FlushAsync(CancellationToken.None);
    }
}

/// <summary>Options of <c>check --hash</c>.</summary>
/// <param name="Pause">Time between two members.</param>
/// <param name="MaxBytes">Maximum size of a database.</param>
internal sealed record HashOptions(TimeSpan Pause, double MaxBytes);
