using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class ClientPairTests : IDisposable
{
    private static readonly ClientPair Own = new("/pki/server.crt", "/pki/server.key");

    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("systemd", "/pki/server.crt")]
    [InlineData("kubeadm", "/pki/healthcheck-client.crt")]
    [InlineData("k3s", "/pki/client.crt")]
    public void Where_no_pair_can_be_seen_the_installers_own_is_named(string kind, string certFile) =>
        Assert.Equal(certFile, ClientPair.For(_node.Files, kind, "/pki/ca.crt", Own)?.CertFile);

    [Fact]
    public void A_pair_made_for_clients_is_preferred_to_etcds_own()
    {
        _node.With("/pki/healthcheck-client.crt", "");

        Assert.Equal(
            "/pki/healthcheck-client.key", ClientPair.For(_node.Files, "systemd", "/pki/ca.crt", Own)?.KeyFile);
    }

    [Fact]
    public void Without_a_CA_or_a_pair_there_is_only_what_etcd_has()
    {
        Assert.Equal(Own, ClientPair.For(_node.Files, "kubeadm", caFile: null, Own));
        Assert.Null(ClientPair.For(_node.Files, "systemd", "/pki/ca.crt", own: null));
    }
}
