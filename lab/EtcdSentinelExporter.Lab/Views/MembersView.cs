namespace EtcdSentinelExporter.Lab.Views;

/// <summary>The members, compared with <c>etcdctl endpoint status</c> before and after the query.</summary>
internal sealed class MembersView(DemoLab lab) : IView
{
    private const string Format = "{0,-6} {1,-7} {2,-8} {3,-7} {4,10} {5,10} {6,11} {7,11} {8,7}  {9,-8} {10}";

    // No quota is set, and etcd's default is 2 GiB.
    private const double Quota = 2147483648;

    public string Disagreement => "Prometheus and etcdctl do not agree";

    public async Task<IReadOnlyList<string>> CompareAsync()
    {
        try
        {
            var before = await EndpointStatus.AllAsync(lab.Cluster);
            var seen = await AskAsync();
            var after = await EndpointStatus.AllAsync(lab.Cluster);
            return [.. lab.Nodes.SelectMany((node, i) =>
                Complaints(seen, node, before[i], after[i]).Select(complaint => $"{node}: {complaint}"))];
        }
        catch (InvalidOperationException)
        {
            return ["etcdctl fails"];
        }
    }

    public async Task<IReadOnlyList<string>> DrawAsync()
    {
        var seen = await AskAsync();
        return
        [
            Seen.Row(Format, "NODE", "MEMBER", "VERSION", "LEADER", "DB SIZE", "IN USE", "FRAGMENTED", "QUOTA", "USED",
                "ALARMS", "VOTERS"),
            .. lab.Nodes.Select(node => Seen.Row(
                Format, node, seen.Label(node, "member_info", "member"), seen.Label(node, "member_info", "version"),
                Seen.Show(seen.Value(node, "member_is_leader"), value => $"{(value == 1 ? "yes" : "no")}"),
                Seen.Mebibytes(seen.Value(node, "db_size_bytes")),
                Seen.Mebibytes(seen.Value(node, "db_size_in_use_bytes")),
                Seen.Percent(seen.Value(node, "db_fragmentation_ratio")),
                Seen.Mebibytes(seen.Value(node, "db_quota_bytes")),
                Seen.Percent(seen.Value(node, "db_quota_used_ratio")), Alarms(seen, node),
                Seen.Show(Voters(seen, node), value => $"{value}"))),
        ];
    }

    private Task<Seen> AskAsync() => Seen.AskAsync(lab.Prometheus, "(member|db|alarm|cluster)_.+");

    private static double? Voters(Seen seen, string node) => seen.Value(node, "cluster_members", ("role", "voter"));

    private static string Alarms(Seen seen, string node)
    {
        var all = seen.Find(node, "alarm_active").ToList();
        var active = all.Where(one => one.Value == 1).Select(one => one["alarm"]).Distinct().Order().ToList();
        return all.Count == 0 ? "-" : active.Count == 0 ? "none" : string.Join(' ', active);
    }

    private IEnumerable<string> Complaints(Seen seen, string node, EndpointStatus before, EndpointStatus after)
    {
        var size = seen.Value(node, "db_size_bytes");
        return new[]
        {
            Between("member_is_leader", status => status.IsLeader ? 1 : 0),
            Between("member_raft_term", status => status.Number("raftTerm")),
            Between("member_revision", status => status.Revision),
            Between("db_size_bytes", status => status.Number("dbSize")),
            Between("db_size_in_use_bytes", status => status.Number("dbSizeInUse")),
            Equal("version", seen.Label(node, "member_info", "version"), before.Version),
            Equal("member", seen.Label(node, "member_info", "member"), node),
            Equal("alarms", Alarms(seen, node), "none"),
            Near("member_up", seen.Value(node, "member_up"), 1),
            Near("voters", Voters(seen, node), lab.Nodes.Length),
            Near("db_quota_bytes", seen.Value(node, "db_quota_bytes"), Quota),
            Near("db_fragmentation_ratio", seen.Value(node, "db_fragmentation_ratio"),
                1 - (seen.Value(node, "db_size_in_use_bytes") / size)),
            Near("db_quota_used_ratio", seen.Value(node, "db_quota_used_ratio"), size / Quota),
        }.OfType<string>();

        string? Between(string name, Func<EndpointStatus, double> of)
        {
            var (low, high) = (Math.Min(of(before), of(after)), Math.Max(of(before), of(after)));
            var ours = seen.Value(node, name);
            return ours >= low && ours <= high ? null : Say(name, ours, $"{low} … {high} (etcdctl)");
        }
    }

    private static string? Equal(string name, string? ours, string wanted) => ours == wanted
        ? null
        : $"{name} is {ours ?? "missing"}, and should be {wanted}";

    private static string? Near(string name, double? ours, double? wanted) =>
        Math.Abs((ours - wanted) ?? double.MaxValue) < 0.000001 ? null : Say(name, ours, $"{wanted}");

    private static string Say(string name, double? ours, FormattableString wanted) => FormattableString.Invariant(
        $"{name} is {Seen.Show(ours, value => $"{value}")}, and should be {wanted}");
}
