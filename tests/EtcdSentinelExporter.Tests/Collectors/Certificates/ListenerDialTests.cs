using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EtcdSentinelExporter.Collectors.Certificates;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Certificates;

/// <summary>What is seen of servers whose certificate no client would accept.</summary>
public sealed class ListenerDialTests
{
    private static readonly TestCertificate Stranger = TestCertificate.Root("stranger");

    [Theory]
    [InlineData("another.example", 300, null)]
    [InlineData("localhost", -8, "ServedCertificateExpiring")]
    [InlineData("localhost", 300, null)]
    public async Task A_certificate_for_another_name_expired_or_of_a_stranger_is_read_and_only_its_end_is_judged(
        string name, int daysLeft, string? code)
    {
        var shown = Stranger.Issue(name, from: TestCertificate.Now.AddDays(-65), to: TestCertificate.Now.AddDays(daysLeft));
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server, shown);
        var dial = new ListenerDial(_ => throw new FileNotFoundException(), TimeProvider.System);
        TlsListener listener = new("web", "localhost", ((IPEndPoint)server.LocalEndpoint).Port);

        var served = Assert.Single(await new Handshakes(dial.LeafAsync, TimeProvider.System)
            .ReadAsync([listener], [], [], CancellationToken.None));
        await serving;

        Assert.Null(served.Problem);
        Assert.Equal((name, "stranger"), (served.Leaf!.SubjectName, served.Leaf.IssuerName));
        Assert.Equal(shown.Certificate.NotAfter.ToUniversalTime(), served.Leaf.NotAfter.UtcDateTime);
        var reading = Some.Reading() with { At = TestCertificate.Now, Served = [served] };
        Assert.Equal(code is null ? [] : [code], CertificatesFindings.Judge(reading).Select(finding => finding.Code));
    }

    private static async Task ServeAsync(TcpListener server, TestCertificate certificate)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(certificate.Certificate);
        Assert.Equal(0, await tls.ReadAsync(new byte[1]));
    }
}
