using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Corrects the findings of single collectors by what others know, as the alert rules do with joins.</summary>
internal static class JointFindings
{
    public static IEnumerable<(string Collector, Finding Finding)> Of(
        NodeState state, ImmutableArray<ClusterState> clusters)
    {
        // A member of unknown cluster beside known ones is a member that is unreachable, and no more.
        ImmutableArray<Finding> ofClusters =
            [.. clusters.Where(cluster => cluster.IsKnown || clusters.Length == 1).SelectMany(ClusterFindings.Of)];
        var hidden = Hidden(ofClusters);
        return ofClusters.Select(finding => (MembersCollector.Name, finding))
            .Concat(state.Findings.Where(
                item => !hidden.Contains(item.Finding.Code) && Holds(state, clusters, item.Finding)))
            .Concat(OfEtcdDisks(state, clusters).Select(finding => (DrivesCollector.Name, finding)));
    }

    // What one member says about the whole cluster is said once, by the cluster.
    private static HashSet<string> Hidden(ImmutableArray<Finding> ofClusters) => ofClusters.Select(f => f.Code)
        .Aggregate(new HashSet<string>(StringComparer.Ordinal), (hidden, code) =>
        {
            if (code is "EtcdNoQuorum")
                hidden.UnionWith(["EtcdNoQuorum", "EtcdNoLeader"]);
            else if (code is "EtcdDown")
                hidden.Add("EtcdMemberUnreachable");
            return hidden;
        });

    private static bool Holds(NodeState state, ImmutableArray<ClusterState> clusters, Finding finding) =>
        finding.Code switch
        {
            // A consistent read of any member is the only proof, as in the alert rule.
            "EtcdNoQuorum" => !clusters.Any(cluster => cluster.ReadsConsistently is true
                && cluster.Members.Any(member => member.Endpoint == finding.Subject)),
            "EtcdDiskSlowFlush" => FsyncOf(state) is not { } fsync || fsync.Seconds > LatencyFindings.FsyncWarning,
            "DiskCommandTimeoutHistory" => state.Storage is null || IsOfEtcd(state, finding),
            "DiskHung" => !IsOfEtcd(state, finding),
            _ => true,
        };

    private static IEnumerable<Finding> OfEtcdDisks(NodeState state, ImmutableArray<ClusterState> clusters)
    {
        foreach (var finding in state.Findings.Select(item => item.Finding).Where(item => IsOfEtcd(state, item)))
        {
            if (finding.Code is "DiskHung")
                yield return finding with { Code = "EtcdDiskHung", Severity = Severity.Critical };
            if (finding.Code is "DiskFailing" && FailsEtcd(state, clusters, DeviceOf(finding)))
            {
                yield return finding with
                {
                    Code = "EtcdDiskFailing",
                    Severity = Severity.Critical,
                    Summary = $"{finding.Summary} It carries etcd, and etcd loses its quorum without this member.",
                    NextStep = $"Take a snapshot of etcd now, to another disk. {finding.NextStep}",
                };
            }
        }
    }

    // Few spare blocks are a ticket in any cluster; so is one disk of a mirror.
    private static bool FailsEtcd(NodeState state, ImmutableArray<ClusterState> clusters, string device) =>
        clusters.Any(cluster => cluster is { Voters: { } voters } && voters - cluster.Down.Length < voters / 2 + 2)
        && state.Drives?.Drives.FirstOrDefault(drive => drive.Drive.Device == device)?.Health is { } health
        && (health.GraveWarnings.Any() || health.Passed is false || health.FailingNow > 0)
        && !EtcdPlaces(state).Any(place => place.Disks.Any(
            disk => disk.Device == device && disk.Via.Contains("md", StringComparison.Ordinal)));

    /// <summary>The fsyncs of the member on this node; <see langword="null"/> if unknown.</summary>
    public static LatencyQuantile? FsyncOf(NodeState state) => Local(state)?.Activity?.Fsync;

    /// <summary>The member on this node.</summary>
    public static MemberReading? Local(NodeState state) =>
        state.Members?.Members.FirstOrDefault(member => IsLocal(state, member.Endpoint));

    /// <summary>True if only this node's etcd can listen there.</summary>
    public static bool IsLocal(NodeState state, string endpoint) => IsLoopback(endpoint)
        || state.Members?.Config.Installations.Any(etcd => etcd.ClientUrl == endpoint
            || etcd.ListenClientUrls.Contains(endpoint, StringComparer.Ordinal)) is true;

    // Not the rest of 127.0.0.0/8, where another node of a lab may be.
    private static bool IsLoopback(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
        && url.Host is "127.0.0.1" or "[::1]" or "localhost";

    public static bool IsOfEtcd(NodeState state, Finding finding) =>
        state.Storage?.Roles.EtcdDisks.Contains(DeviceOf(finding)) is true;

    /// <summary>The drive in a finding about one: its subject begins with the device.</summary>
    public static string DeviceOf(Finding finding) => finding.Subject.Split(' ')[0];

    private static IEnumerable<RolePlace> EtcdPlaces(NodeState state) =>
        state.Storage?.Roles.Places.Where(place => place.Of.IsEtcd) ?? [];
}
