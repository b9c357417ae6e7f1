using System.Net.Security;
using System.Net.Sockets;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Served;

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
        var shown = Stranger.Issue(
            name, from: TestCertificate.Now.AddDays(-65), to: TestCertificate.Now.AddDays(daysLeft));
        using var server = RawServer.Start(socket => ServeAsync(socket, shown));
        var dial = new ListenerDial(_ => throw new FileNotFoundException(), Patience.Limit, TimeProvider.System);
        TlsListener listener = new("web", "localhost", server.Endpoint.Address.Port);

        var served = Assert.Single(await new Handshakes(dial.LeafAsync, Patience.Limit, TimeProvider.System)
            .ReadAsync([listener], [], [], CancellationToken.None));

        Assert.Null(served.Problem);
        Assert.Equal((name, "stranger"), (served.Leaf!.SubjectName, served.Leaf.IssuerName));
        Assert.Equal(shown.Certificate.NotAfter.ToUniversalTime(), served.Leaf.NotAfter.UtcDateTime);
        var reading = SomeCertificates.Reading() with { At = TestCertificate.Now, Served = [served] };
        Assert.Equal(code is null ? [] : [code], CertificatesFindings.Judge(reading).Select(finding => finding.Code));
    }

    private static async Task ServeAsync(Socket client, TestCertificate certificate)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(certificate.Certificate);
        _ = await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
    }
}
