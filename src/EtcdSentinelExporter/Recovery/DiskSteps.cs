using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The steps that move one member to another disk.</summary>
internal sealed class DiskSteps(NodeState state, MemberReading member, ClusterState cluster)
{
    private const string OnNode = "on this node, as root";

    private readonly CommandForms _forms = new(
        state.Etcd, member.Identity?.Version ?? "", state.Certificates?.Plan.Profile is "talos");

    public IEnumerable<RecoveryStep> All()
    {
        yield return Snapshot();
        if (member.Status is { IsLeader: true } && Successor() is { } successor)
            yield return MoveLeader(successor);
        yield return new("Prepare the new disk, and mount it beside the old one")
        {
            Before = [new("The new disk is empty: nothing is printed.", "wipefs /dev/NEW-DISK")],
            Commands =
            [
                new(OnNode, "mkfs.ext4 -q -L etcd /dev/NEW-DISK && mkdir -p /mnt/etcd-new && "
                    + "mount /dev/NEW-DISK /mnt/etcd-new"),
            ],
            IfNot = "Take a disk that nothing else writes to.",
        };
        yield return Stop();
        yield return new("Copy the data and compare them")
        {
            Needs = $"about {Used()} on the new disk.",
            Commands =
            [
                new(OnNode, $"cp -a {Folder}/. /mnt/etcd-new/ && diff -r {Folder} /mnt/etcd-new && "
                    + "echo the copy is the same"),
            ],
            Expect = new("\"the copy is the same\".", "the copy is the same"),
            IfNot = "Read errors: leave the old data alone, start etcd again, and replace the member by a learner "
                + "(etcd-sentinel-exporter runbook replace-a-member).",
        };
        yield return new($"Mount the new disk at {Folder}, and add it to /etc/fstab")
        {
            Commands =
            [
                new(OnNode, $"umount /mnt/etcd-new && mv {Folder} {Folder}.old && mkdir -m 700 {Folder} && "
                    + $"mount /dev/NEW-DISK {Folder} && chmod 700 {Folder}"),
            ],
            After = [new("The new disk is mounted there.", $"findmnt {Folder}")],
            IfNot = $"{Folder} is a mount point itself: umount it instead of mv.",
        };
        yield return Start();
    }

    private RecoveryStep Snapshot() => new("Save a snapshot of etcd, to another machine")
    {
        Commands = _forms.Of(Address(member), "--command-timeout=10m snapshot save etcd-before.db", step: null) is
            [.., var outside] ? [outside] : [],
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

    private RecoveryStep Stop() => new($"Stop etcd on {state.Node}")
    {
        Before =
        [
            new("All other members answer.", _forms.Here(
                MemberAddress.All(cluster.Members.Where(one => one != member).DefaultIfEmpty(member).Select(Address)),
                "endpoint status -w table")),
        ],
        Commands = [new(OnNode, StopCommand)],
        Blocks = $"The API server of {state.Node}, until step 6 is done; API servers of other nodes go on."
            + (cluster.Voters is 1 ? " It is the only member: nothing answers meanwhile." : ""),
        IfNot = "Another member stopped too: start this one again at once.",
    };

    private RecoveryStep Start() => new("Start etcd again")
    {
        Commands = [new(OnNode, StartCommand)],
        After =
        [
            new("The member answers, and its raft index follows that of the others.", _forms.Here(
                MemberAddress.All(cluster.Members.Select(Address)), "endpoint status -w table")),
        ],
        IfNot = "Look into its log before anything else is done; the old data are still there.",
    };

    private string StopCommand => state.Etcd switch
    {
        { Kind: "kubeadm" or "static-pod", Source: var manifest } => $"mv {manifest} /root/etcd.yaml",
        { Kind: "rke2" } => "systemctl stop rke2-server && rke2-killall.sh",
        { Kind: "k3s" } => "systemctl stop k3s",
        { Unit: { } unit } => $"systemctl stop {NodeCommands.Quoted(unit)}",
        _ => "systemctl stop etcd",
    };

    private string StartCommand => state.Etcd switch
    {
        { Kind: "kubeadm" or "static-pod", Source: var manifest } => $"mv /root/etcd.yaml {manifest}",
        { Kind: "rke2" } => "systemctl start rke2-server",
        { Kind: "k3s" } => "systemctl start k3s",
        { Unit: { } unit } => $"systemctl start {NodeCommands.Quoted(unit)}",
        _ => "systemctl start etcd",
    };

    private string Folder => NodeCommands.Quoted(
        (state.Etcd?.DataDir ?? state.Storage?.Folders.FirstOrDefault()?.Of.Path ?? "/var/lib/etcd").TrimEnd('/'));

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
