using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MembersMetricsTests
{
    [Fact]
    public void A_healthy_member() =>
        Golden.Match(MembersMetrics.Families.Text(SomeMembers.Reading(SomeMembers.Member)), "a-healthy-member.txt");

    [Fact]
    public void One_member_down_and_one_that_defragments()
    {
        var down = SomeMembers.Member with
        {
            Endpoint = "https://10.0.0.2:2379",
            Status = null,
            Quota = null,
            Alarms = [],
            AnswerParts = [],
            IsDefragmenting = null,
            CompactRevision = null,
            Failure = new(EtcdReason.Unreachable, "connection refused"),
            Probes = ProbeRecord.None,
        };
        var defragmenting = down with
        {
            Endpoint = "https://10.0.0.3:2379",
            IsDefragmenting = true,
            Failure = new(MemberFailure.Defragmenting, "busy"),
        };

        Golden.Match(
            MembersMetrics.Families.Text(SomeMembers.Reading(down, defragmenting)),
            "one-member-down-and-one-that-defragments.txt");
    }

    [Fact]
    public void A_node_without_etcd_says_only_that_none_is_expected()
    {
        var text = MembersMetrics.Families.Text(new(SomeMembers.Noon, new([], LookedAt: [], Problems: []), []));

        Assert.All(
            text.Split('\n').Where(line => line is not ("" or ['#', ..])),
            line => Assert.Matches("^etcd_sentinel_etcd_expected{source=\"[a-z0-9]+\"} 0$", line));
    }

    [Fact]
    public void An_etcd_that_is_expected_is_told_with_the_sources_that_say_so()
    {
        var config = new EtcdDiscovered([], LookedAt: [], Problems: []) { ExpectedBy = ["k0s", "process"] };

        var text = MembersMetrics.Families.Text(new(SomeMembers.Noon, config, []));

        Assert.Contains("""etcd_sentinel_etcd_expected{source="k0s"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""etcd_sentinel_etcd_expected{source="process"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""etcd_sentinel_etcd_expected{source="manifest"} 0""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_is_visible_and_its_old_contents_are_not()
    {
        var config = new EtcdDiscovered(
            [SomeMembers.Installation with { IsRemembered = true }], LookedAt: [],
            [new("/etc/kubernetes/manifests/etcd.yaml", "malformed", "line 3")]);

        var text = MembersMetrics.Families.Text(new(SomeMembers.Noon, config, []));

        Assert.Contains("etcd_sentinel_etcd_config_load_success 0\n", text, StringComparison.Ordinal);
        Assert.Contains("""etcd_sentinel_etcd_config_load_failure{path="/etc/kubernetes/manifests/etcd.yaml",reason="malformed"} 1""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd_config_info", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disabled_quota_has_a_source_and_no_size()
    {
        var text = MembersMetrics.Families.Text(SomeMembers.Reading(SomeMembers.Member with { Quota = new(Bytes: null, "status") }));

        Assert.Contains("""etcd_sentinel_db_quota_info{etcd_endpoint="https://127.0.0.1:2379",source="status",enabled="false"} 1""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_quota_bytes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_quota_used_ratio", text, StringComparison.Ordinal);
    }
}
