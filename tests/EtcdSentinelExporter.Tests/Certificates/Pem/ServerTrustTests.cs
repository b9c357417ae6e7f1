using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Pem;

public sealed class ServerTrustTests
{
    private static readonly TestCertificate Root = TestCertificate.Root("root");
    private static readonly TestCertificate Intermediate = Root.Intermediate("intermediate");

    [Fact]
    public void A_CA_file_with_only_an_intermediate_trusts_its_servers() =>
        Assert.True(Trusts(Intermediate.Issue("server")));

    [Fact]
    public void A_CA_file_with_only_an_intermediate_does_not_trust_servers_of_its_root() => Assert.Equal(
        TlsReason.UntrustedCa, Assert.Throws<TlsException>(() => Trusts(Root.Issue("server"))).Reason);

    private static bool Trusts(TestCertificate server)
    {
        using var chain = new X509Chain { ChainPolicy = ServerTrust.ChainPolicy([Intermediate.Certificate]) };
        chain.Build(server.Certificate);
        return ServerTrust.Check(
            server.Certificate, chain, SslPolicyErrors.RemoteCertificateChainErrors, [Intermediate.Certificate],
            TestCertificate.Now);
    }
}
