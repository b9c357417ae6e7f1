using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

public sealed class MemberSearchTests
{
    private static readonly EtcdEndpoint Own = EtcdEndpoint.Parse("https://127.0.0.1:2379");
    private static readonly EtcdEndpoint Other = EtcdEndpoint.Parse("https://127.0.0.1:3379");

    [Fact]
    public void Two_clusters_on_one_node_are_an_error_that_names_both()
    {
        var error = Assert.Throws<EtcdException>(() => MemberSearch.CheckCluster([(Own, 0xa1), (Other, 0xb2)]));

        Assert.Equal("https://127.0.0.1:2379 is of cluster a1, and https://127.0.0.1:3379 of b2; set etcd.endpoints to the "
            + "members of one cluster", error.Message);
    }

    [Fact]
    public void One_cluster_or_no_answer_at_all_is_none()
    {
        MemberSearch.CheckCluster([(Own, 0xa1), (Other, 0xa1)]);
        MemberSearch.CheckCluster([]);
    }

    [Fact]
    public void An_address_without_TLS_is_left_out_where_the_own_member_has_TLS()
    {
        var member = SomeCluster.Of(1, 10).Members[0] with
        {
            ClientUrls = ["http://10.0.0.2:2379", "unix:///run/etcd", "https://10.0.0.2:2379"],
        };

        Assert.Equal(["https://10.0.0.2:2379"], Urls(isSecure: true));
        Assert.Equal(["http://10.0.0.2:2379", "https://10.0.0.2:2379"], Urls(isSecure: false));

        IEnumerable<string> Urls(bool isSecure) => MemberSearch.EndpointsOf(member, isSecure).Select(at => at.Text);
    }
}
