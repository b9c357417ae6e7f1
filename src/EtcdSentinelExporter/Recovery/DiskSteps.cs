using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The steps that move one member to another disk: the commands of the runbook, for the ways to start etcd
/// that they are for.</summary>
internal sealed class DiskSteps(NodeState state, MemberReading member, ClusterState cluster, ProgramOptions options)
{
    private const string OnNode = DiskMountSteps.OnNode;
    private const string Runbook = DiskMountSteps.Runbook;
    private const string Aside = DiskMountSteps.Aside;

    // A program that is missing must not look like a process that is.
    private const string IsStopped = "pgrep -x etcd; [ \"$?\" -eq 1 ]";

    private readonly CommandForms _forms = new(state.Etcd, member.Identity?.Version ?? "", options);

    public IEnumerable<RecoveryStep> All()
    {
        yield return Snapshot();
        if (member.Status is { IsLeader: true } && Successor() is { } successor)
            yield return MoveLeader(successor);
        if (DiskService.Of(state.Etcd) is not { } service || DiskService.FolderOf(state.Etcd) is not { } folder)
        {
            yield return new("Move the data as the runbook says")
            {
                Before = [OthersAnswer()],
                IfNot = $"No commands for this way to start etcd: {Runbook}.",
            };
            yield break;
        }
        var mounts = new DiskMountSteps(folder, service.Unit);
        yield return DiskMountSteps.Prepare();
        yield return Stop(service);
        yield return Copy(folder);
        yield return mounts.Mount();
        yield return mounts.Require();
        yield return Start(service);
    }

    private RecoveryStep Snapshot() => new("Save a snapshot of etcd, to another machine")
    {
        Commands =
        [
            .. _forms.Of(Address(member), "--command-timeout=10m snapshot save etcd-before.db", step: null)[^1..],
        ],
        Expect = new("\"Snapshot saved\".", "Snapshot saved"),
        IfNot = "Do not go on without one while only this disk has the data.",
    };

    private RecoveryStep MoveLeader(MemberReading successor) => new("Move the leadership to another member")
    {
        Commands = _forms.Of(
            Address(member), $"move-leader {MembersMetrics.Hex(successor.Identity!.MemberId)}", step: null),
        Expect = new("\"Leadership transferred\".", "Leadership transferred"),
        Blocks = "Writes wait for less than a second.",
        IfNot = "It is not the leader any more: go on.",
    };

    private RecoveryStep Stop(DiskService service) => new($"Stop etcd on {state.Node}")
    {
        Before = [OthersAnswer()],
        Commands = [new(OnNode, service.Stop)],
        After = [new("No process of etcd runs: nothing is printed.", IsStopped, "^$")],
        Blocks = $"The API server of {state.Node}, until etcd is started again; API servers of other nodes go on."
            + (cluster.Voters is 1 ? " It is the only member: nothing answers meanwhile." : ""),
        IfNot = "Another member stopped too: start this one again at once. Never copy while etcd runs: the member "
            + "would start with an old log.",
    };

    private RecoveryStep Copy(string folder) => new("Copy the data and compare them")
    {
        Needs = $"about {Used()} on the new disk.",
        Commands =
        [
            new(OnNode, $"{IsStopped} && mountpoint -q {Aside} && cp -a {folder}/. {Aside}/ && chmod 700 {Aside} && "
                + $"(cd {folder} && find member -type f -exec sha256sum {{}} +) > /root/etcd.sha256 && "
                + $"(cd {Aside} && sha256sum --quiet -c /root/etcd.sha256) && echo the copy is the same"),
        ],
        Expect = new("\"the copy is the same\".", "the copy is the same"),
        IfNot = "Read errors: leave the old data alone, start etcd again, and replace the member by a learner "
            + "(etcd-sentinel-exporter runbook replace-a-member).",
    };

    private RecoveryStep Start(DiskService service) => new("Start etcd again")
    {
        Commands = [new(OnNode, service.Start)],
        After =
        [
            new("The member answers, and its raft index follows that of the others.", _forms.Here(
                MemberAddress.All(cluster.Members.Select(Address)), "endpoint status -w table")),
        ],
        IfNot = "Look into its log before anything else is done. Never start etcd on the old data after it ran on the "
            + "new disk.",
    };

    private StepCheck OthersAnswer() => new(
        "All members answer: exit code 0.", $"etcd-sentinel-exporter recover disk{options.Settings} >/dev/null");

    private string Used() => Findings.ReportCell.Size((member.Status?.DbBytes ?? 0) + (512L << 20));

    private MemberReading? Successor() => cluster.Up
        .Where(one => one != member && one.Identity is not null)
        .MaxBy(one => one.Status!.RaftAppliedIndex);

    private static MemberAddress Address(MemberReading one) => new(one.Endpoint, AdvertisedBy(one));

    // A loopback address leads nowhere from outside.
    private static string AdvertisedBy(MemberReading one) =>
        one is { Identity.MemberId: var id, Peers.EndpointsById: var endpoints }
        && endpoints.GetValueOrDefault(id) is { } endpoint ? endpoint.Text : one.Endpoint;
}
