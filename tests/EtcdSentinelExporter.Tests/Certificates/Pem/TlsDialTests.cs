using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Pem;

public sealed class TlsDialTests
{
    private static readonly TestCertificate Ca = TestCertificate.Root("ca");

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task An_expired_certificate_of_a_stranger_is_read_and_the_server_sees_no_error(string protocol)
    {
        var expired = Ca.Issue("old", from: TestCertificate.Now.AddDays(-9), to: TestCertificate.Now.AddDays(-8));
        var (port, served) = Serve(expired, protocol, wantsClient: false);

        var leaf = await TlsDial.LeafAsync(
            "127.0.0.1", port, identity: null, Patience.Limit, TimeProvider.System, CancellationToken.None);

        Assert.Equal(expired.Certificate.NotAfter.ToUniversalTime(), leaf.NotAfter.UtcDateTime);
        Assert.Null(await served);
    }

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task A_server_that_wants_a_certificate_gets_ours(string protocol)
    {
        var (port, served) = Serve(Ca.Issue("server"), protocol, wantsClient: true);
        using var source = TestFiles.Of(Ca, Ca.Issue("client")).Source();

        var leaf = await TlsDial.LeafAsync(
            "localhost", port, source.Refresh().Identity, Patience.Limit, TimeProvider.System, CancellationToken.None);

        Assert.Equal("server", leaf.SubjectName);
        Assert.Null(await served);
    }

    [Fact]
    public async Task TLS_sessions_of_dials_are_not_resumed()
    {
        await using var server = await FakeEtcd.StartSecureAsync(
            _ => Task.CompletedTask,
            tls =>
            {
                tls.ServerCertificate = Ca.Issue("localhost").Certificate;
                tls.SslProtocols = SslProtocols.Tls13;
            });
        using var tap = new TlsTap(server.Endpoint.Address.Port);

        // .NET remembers sessions by name, and none of an address.
        for (var dials = 0; dials < 2; dials++)
        {
            await TlsDial.LeafAsync(
                "localhost", tap.Port, identity: null, Patience.Limit, TimeProvider.System, CancellationToken.None);
        }

        Assert.Equal([false, false], tap.Resumed);
    }

    [Fact]
    public async Task A_server_that_speaks_no_tls_is_an_error_and_a_silent_one_ends_with_the_deadline()
    {
        using var plain = RawServer.Start(async socket =>
        {
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            socket.Dispose();
        });
        using var silent = RawServer.Start(_ => Task.CompletedTask);
        using var deadline = new CancellationTokenSource();
        var waiting = TlsDial.LeafAsync(
            "127.0.0.1", silent.Endpoint.Address.Port, null, Patience.Limit, TimeProvider.System, deadline.Token);

        var e = await Assert.ThrowsAnyAsync<Exception>(() =>
            TlsDial.LeafAsync(
                "127.0.0.1", plain.Endpoint.Address.Port, null, Patience.Limit, TimeProvider.System,
                CancellationToken.None));
        await deadline.CancelAsync();

        Assert.True(e is AuthenticationException or IOException);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <returns>The port, and what went wrong for the server once its first client is gone.</returns>
    private static (
        int Port, Task<string?> Served) Serve(TestCertificate certificate, string protocol, bool wantsClient)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (((IPEndPoint)listener.LocalEndpoint).Port, ServeAsync(listener, certificate, protocol, wantsClient));
    }

    private static async Task<string?> ServeAsync(
        TcpListener listener, TestCertificate certificate, string protocol, bool wantsClient)
    {
        using (listener)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate.Certificate,
                    ClientCertificateRequired = wantsClient,
                    EnabledSslProtocols = Enum.Parse<SslProtocols>(protocol),
                    RemoteCertificateValidationCallback = (_, shown, _, _) => !wantsClient || shown is not null,
                });
                return await tls.ReadAsync(new byte[1]) == 0 ? null : "unexpected data";
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return e.ToString();
            }
        }
    }
}
