using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The next command for a finding about members of etcd.</summary>
internal sealed class MemberCommands(NodeState state)
{
    private readonly EtcdctlCommand _etcdctl = new(
        state.Etcd,
        state.Members?.Members.Select(member => member.Identity?.Version).OfType<string>().FirstOrDefault() ?? "");

    /// <returns><see langword="null"/> if the finding is not about a member, or its next step is not a
    /// command.</returns>
    public string? Of(Finding finding) => OfFailure(finding) ?? OfLatency(finding) ?? OfDatabase(finding);

    private string? OfFailure(Finding finding) => finding.Code switch
    {
        "EtcdMemberUnreachable" when RemoteHost(finding.Subject) is { } host => CheckOn(host),
        "EtcdDown" or "EtcdMemberUnreachable" or "EtcdMemberStuck" => _etcdctl.Log,
        // The members that answer cannot say why the others do not.
        "EtcdNoQuorum" or "EtcdQuorumFragile" or "EtcdNoLeader" =>
            OnDown(finding) ?? OnAll(finding) ?? StatusOf(finding),
        "EtcdVersionsDiffer" or "EtcdQuotaMismatch" => StatusOf(finding),
        "EtcdCorruptAlarm" => _etcdctl.At(Endpoints(finding), "endpoint hashkv --cluster -w table"),
        "EtcdJoinUnfinished" => _etcdctl.At(Endpoints(finding), "member list -w table"),
        _ => null,
    };

    private string? OfLatency(Finding finding) => finding.Code switch
    {
        // The slow disk is on the node of the slow member.
        "EtcdFsyncDurationCritical" or "EtcdHighFsyncDuration" or "EtcdHighCommitDuration"
            when RemoteHost(finding.Subject) is { } host => CheckOn(host),
        "EtcdFsyncDurationCritical" => MoveLeader(finding),
        "EtcdSlowApplies" => _etcdctl.At(finding.Subject, "endpoint status -w table"),
        _ => null,
    };

    private string? OfDatabase(Finding finding) => finding.Code switch
    {
        "EtcdNoSpaceAlarm" => $"{NodeCommands.Program} recover nospace",
        "EtcdHighFragmentation" => $"{NodeCommands.Program} recover fragmentation",
        "EtcdDatabaseQuotaLowSpace" or "EtcdDatabaseQuotaCritical" =>
            $"{NodeCommands.Program} recover {(DefragmentationHelps(finding) ? "fragmentation" : "nospace")}",
        "EtcdDatabaseFullOfLiveData" => Counts(finding),
        "EtcdObjectsGrowing" or "EtcdManyKeys" => $"{NodeCommands.Program} writers --for=30s",
        _ => null,
    };

    // Clients wait for the disk of the leader alone. Null if no other voter is known to be fast enough.
    private string? MoveLeader(Finding finding)
    {
        var members = MembersOf(finding).ToArray();
        return Array.Find(members, member => member.Endpoint == finding.Subject) is { Status.IsLeader: true }
            && Array.Find(members, member => member is
            { Status: { IsLeader: false, IsLearner: false }, Identity: not null, IsDefragmenting: not true }
                && member.Activity?.Fsync is not { Seconds: > LatencyFindings.FsyncWarning }) is { } next
            ? _etcdctl.At(finding.Subject, $"move-leader {MembersMetrics.Hex(next.Identity!.MemberId)}")
            : null;
    }

    private string? OnDown(Finding finding) => MembersOf(finding).Where(member => !member.IsUp)
        .Select(member => RemoteHost(member.Endpoint) is { } host ? CheckOn(host) : _etcdctl.Log).FirstOrDefault();

    // An exporter polls the member of its node alone.
    private string? OnAll(Finding finding)
    {
        var members = MembersOf(finding).ToArray();
        return members.Max(member => member.Peers?.Voters) > members.Length ? $"{NodeCommands.Program} check" : null;
    }

    private bool DefragmentationHelps(Finding finding) =>
        MembersOf(finding).FirstOrDefault(member => member.Endpoint == finding.Subject) is
        { Status.FragmentationRatio: > MembersFindings.FragmentationWarning };

    private string StatusOf(Finding finding) => _etcdctl.At(Endpoints(finding), "endpoint status -w table");

    // With a limit etcd counts in its index. Listing all keys would load their values into its memory. All members have
    // the same keys: one is asked.
    private string Counts(Finding finding) =>
        "for r in events pods secrets configmaps replicasets leases; do echo \"$r\"; "
            + _etcdctl.At(
                Endpoints(finding).Split(',')[0],
                "get /registry/$r/ --prefix --keys-only --limit=1 --consistency=s -w fields")
            + " | grep Count; done";

    private string Endpoints(Finding finding)
    {
        var members = MembersOf(finding).ToArray();
        var up = Array.FindAll(members, member => member.IsUp);
        return string.Join(',', (up.Length > 0 ? up : members).Select(member => member.Endpoint));
    }

    // There may be several clusters; all members if the finding does not tell which.
    private IEnumerable<MemberReading> MembersOf(Finding finding)
    {
        var all = state.Members?.Members ?? [];
        var cluster = all.FirstOrDefault(member => member.Endpoint == finding.Subject)?.Identity?.ClusterId;
        return cluster is null ? all : all.Where(member => member.Identity?.ClusterId == cluster);
    }

    private static string CheckOn(string host) => $"ssh {NodeCommands.Quoted(host)} {NodeCommands.Program} check";

    // The log and the disk of another member are on another node.
    private string? RemoteHost(string endpoint) => !JointFindings.IsLocal(state, endpoint)
        && Uri.TryCreate(endpoint, UriKind.Absolute, out var url) ? url.DnsSafeHost : null;
}
