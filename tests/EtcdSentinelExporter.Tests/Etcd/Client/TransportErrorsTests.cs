using System.Net.Sockets;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class TransportErrorsTests : IDisposable
{
    private static readonly HttpRequestException s_lost = new("An error occurred while sending the request.");

    private readonly TestCertificate _ours = TestCertificate.Root("root").Issue("client");
    private readonly TlsIdentity _identity;

    public TransportErrorsTests() => _identity = new("hash", null, _ours.Certificate, []);

    public void Dispose() => _identity.Dispose();

    [Theory]
    [InlineData("error:0A000412:SSL routines::sslv3 alert bad certificate")]
    [InlineData("error:0A000415:SSL routines::ssl/tls alert certificate expired")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required")]
    public void An_alert_about_our_certificate_is_said_also_when_only_the_connection_remembers_it(string alert)
    {
        var read = new IOException("The decryption operation failed", new InvalidOperationException(alert));

        Assert.Equal(TlsReason.ClientCertificateRejected, Explain(new HttpRequestException("x", read), new()).Reason);
        Assert.Equal(TlsReason.ClientCertificateRejected, Explain(s_lost, new() { Failure = read }).Reason);
        Assert.Equal(
            TlsReason.ClientCertificateExpired,
            TransportErrors.Explain(
                s_lost, _identity, new() { Failure = read }, TestCertificate.Now.AddYears(1)).Reason);
    }

    [Fact]
    public void Another_alert_is_not_about_our_certificate()
    {
        var read = new IOException("error:0A000410:SSL routines::sslv3 alert handshake failure");

        Assert.Equal(
            TlsReason.Handshake,
            Explain(new HttpRequestException(HttpRequestError.SecureConnectionError, "x", read), new()).Reason);
    }

    [Fact]
    public void A_connection_that_breaks_in_silence_is_unreachable_and_the_certificate_only_a_guess()
    {
        var reset = new IOException("x", new SocketException((int)SocketError.ConnectionReset));

        var error = Explain(s_lost, new() { IsSilent = true, Failure = reset });

        Assert.Equal(EtcdReason.Unreachable, error.Reason);
        Assert.Contains("may be rejecting the client certificate", error.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdReason.Unreachable, TransportErrors.Explain(s_lost, null, new(), TestCertificate.Now).Reason);
    }

    [Fact]
    public void Without_a_certificate_of_ours_the_remedy_is_to_name_one()
    {
        using var nobody = new TlsIdentity("hash", null, null, []);
        var read = new IOException("sslv3 alert bad certificate");

        var error = TransportErrors.Explain(s_lost, nobody, new() { Failure = read }, TestCertificate.Now);

        Assert.Equal(TlsReason.ClientCertificateRejected, error.Reason);
        Assert.Contains("requires a client certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_of_the_network_have_their_own_reasons()
    {
        foreach (var (failure, reason) in new (Exception, string)[]
        {
            (new HttpRequestException(HttpRequestError.NameResolutionError), EtcdReason.Dns),
            (new HttpRequestException(HttpRequestError.ConnectionError), EtcdReason.Unreachable),
            (new HttpRequestException(HttpRequestError.VersionNegotiationError), EtcdReason.NotGrpc),
            (new HttpRequestException(HttpRequestError.InvalidResponse), EtcdReason.Protocol),
            (new HttpIOException(HttpRequestError.ResponseEnded), EtcdReason.Unreachable),
            (new TaskCanceledException("connect", new TimeoutException()), EtcdReason.Timeout),
        })
        {
            Assert.Equal(reason, Explain(failure, new()).Reason);
        }
    }

    private EtcdException Explain(Exception failure, ConnectionHistory history) =>
        TransportErrors.Explain(failure, _identity, history, TestCertificate.Now);
}
