using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public class EtcdTlsTests
{
    private static readonly TimeSpan s_deadline = Patience.Limit;
    private static readonly TestCertificate s_root = TestCertificate.Root("root");
    private static readonly TestCertificate s_other = TestCertificate.Root("other");
    private static readonly TestCertificate s_server = s_root.Issue("127.0.0.1");

    private readonly TestFiles _files = TestFiles.Of(s_root, s_root.Issue("client"));

    public static TheoryData<string> TrustedSetUps =>
        ["plain", "two CAs", "leaf through an intermediate", "localhost", "RSA"];

    [Theory]
    [MemberData(nameof(TrustedSetUps))]
    public async Task A_server_that_leads_to_a_CA_of_ours_is_trusted(string setUp)
    {
        var intermediate = s_root.Intermediate("intermediate");
        var (server, host, ca) = setUp switch
        {
            "two CAs" => (s_server, "127.0.0.1", s_other.Pem + s_root.Pem),
            "leaf through an intermediate" => (intermediate.Issue("127.0.0.1"), "127.0.0.1", s_root.Pem),
            "localhost" => (s_root.Issue("localhost"), "localhost", s_root.Pem),
            "RSA" => (s_root.Issue("127.0.0.1", rsa: true), "127.0.0.1", s_root.Pem),
            _ => (s_server, "127.0.0.1", s_root.Pem),
        };
        _files[TestFiles.Ca] = ca;

        Assert.Equal("ok", await AskAsync(server, intermediate, host));
    }

    [Fact]
    public async Task A_partial_chain_that_ends_in_a_CA_of_ours_is_accepted()
    {
        var intermediate = s_root.Intermediate("intermediate");
        _files[TestFiles.Ca] = intermediate.Pem;

        Assert.Equal("ok", await AskAsync(intermediate.Issue("127.0.0.1"), intermediate));
    }

    [Fact]
    public async Task An_address_of_IPv6_is_a_name_like_another()
    {
        IPv6.Need();

        Assert.Equal("ok", await AskAsync(s_root.Issue("::1"), host: "[::1]"));
    }

    [Fact]
    public async Task A_CA_that_is_not_ours_is_refused()
    {
        _files[TestFiles.Ca] = s_other.Pem;

        Assert.Equal(TlsReason.UntrustedCa, await AskAsync(s_server));
    }

    [Fact]
    public async Task An_intermediate_that_only_bears_the_issuer_and_the_serial_number_of_our_CA_is_refused()
    {
        var forged = s_root.Forged("intermediate");

        Assert.Equal(s_root.Certificate.SerialNumber, forged.Certificate.SerialNumber);
        Assert.Equal(TlsReason.UntrustedCa, await AskAsync(forged.Issue("127.0.0.1"), forged));
    }

    [Fact]
    public async Task Without_a_CA_file_the_system_decides()
    {
        using var source = new TlsIdentitySource(new(null, null, null), _files.Read, TimeProvider.System);

        Assert.Equal(TlsReason.UntrustedCa, await AskAsync(s_server, source: source));
    }

    [Fact]
    public async Task A_certificate_signed_by_itself_is_refused() =>
        Assert.Equal(TlsReason.UntrustedCa, await AskAsync(TestCertificate.Root("127.0.0.1")));

    [Fact]
    public async Task Server_certificates_out_of_their_time_are_refused_by_name()
    {
        var expired = s_root.Issue(
            "127.0.0.1", from: TestCertificate.Now.AddDays(-5), to: TestCertificate.Now.AddDays(-1));
        var early = s_root.Issue("127.0.0.1", from: TestCertificate.Now.AddDays(1), to: TestCertificate.Now.AddDays(5));

        Assert.Equal(TlsReason.ServerCertificateExpired, await AskAsync(expired));
        Assert.Equal(TlsReason.ServerCertificateNotYetValid, await AskAsync(early));
    }

    [Theory]
    [InlineData("elsewhere")]
    [InlineData("127.0.0.2")]
    public async Task A_certificate_for_another_name_is_refused(string name) =>
        Assert.Equal(TlsReason.NameMismatch, await AskAsync(s_root.Issue(name)));

    [Fact]
    public async Task Without_credentials_nothing_is_sent()
    {
        _files[TestFiles.Key] = "";

        Assert.Equal(EtcdReason.Credentials, await AskAsync(s_server));
    }

    [Fact]
    public async Task A_server_without_TLS_fails_in_the_handshake()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
            FakeEtcd.AnswerAsync(context, new StatusResponse()));
        using var source = _files.Source();
        using var etcd = Connection(Secure(server.Endpoint));
        var client = new EtcdClient(etcd, source);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(TlsReason.Handshake, error.Reason);
    }

    [Fact]
    public async Task A_server_that_never_answers_the_handshake_is_a_timeout_and_no_cancellation()
    {
        using var over = new CancellationTokenSource();
        using var server = RawServer.Start(connection =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token)
            .ContinueWith(_ => connection.Dispose(), TaskScheduler.Default));
        using var source = _files.Source();
        using var etcd = new EtcdConnection(
            Secure(server.Endpoint), EtcdTimeouts.Default with { Connect = TimeSpan.FromMilliseconds(200) },
            new FakeClock());
        var client = new EtcdClient(etcd, source);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));
        await over.CancelAsync();

        Assert.Equal(EtcdReason.Timeout, error.Reason);
    }

    [Fact]
    public async Task A_renewed_certificate_is_presented_at_the_next_call_and_half_a_renewal_is_not()
    {
        string? seen = null;
        await using var server = await StartAsync(s_server, certificate => seen = certificate?.Subject);
        using var source = _files.Source();
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, source);
        var renewed = s_root.Issue("renewed");

        await client.StatusAsync(s_deadline, default);
        var before = seen;
        _files[TestFiles.Cert] = renewed.Pem;
        await client.StatusAsync(s_deadline, default);
        var half = seen;
        _files[TestFiles.Key] = renewed.KeyPem;
        await client.StatusAsync(s_deadline, default);

        Assert.Equal("CN=client", before);
        Assert.Equal("CN=client", half);
        Assert.Equal("CN=renewed", seen);
    }

    [Fact]
    public async Task A_certificate_renewed_during_a_call_waits_for_its_end_and_does_not_cancel_it()
    {
        var seen = new ConcurrentQueue<string?>();
        var aborted = false;
        var release = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartSecureAsync(
            async context =>
            {
                context.RequestAborted.Register(() => aborted |= !release.Task.IsCompleted);
                seen.Enqueue(context.Connection.ClientCertificate?.Subject);
                await release.Task;
                await FakeEtcd.AnswerAsync(context, new StatusResponse());
            },
            tls => Serve(tls, s_server));
        using var source = _files.Source();
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, source);
        using var poll = new CancellationTokenSource();

        var outstanding = client.StatusAsync(s_deadline, poll.Token);
        await Eventually.IsAsync(() => !seen.IsEmpty, "the call has arrived");
        await poll.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outstanding);
        var renewed = s_root.Issue("renewed");
        (_files[TestFiles.Cert], _files[TestFiles.Key]) = (renewed.Pem, renewed.KeyPem);
        var busy = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));
        var sent = seen.Count;
        release.SetResult();
        await Eventually.IsAsync(() => AnswersAsync(client), "the call before has come back");

        Assert.Equal(EtcdReason.Busy, busy.Reason);
        Assert.Equal(1, sent);
        Assert.False(aborted);
        Assert.Equal(["CN=client", "CN=renewed"], seen);
    }

    [Fact]
    public async Task Our_intermediates_are_sent_along()
    {
        var chain = 0;
        var intermediate = s_root.Intermediate("issuer of ours");
        var ours = intermediate.Issue("client");
        _files[TestFiles.Cert] = ours.Pem + intermediate.Pem;
        _files[TestFiles.Key] = ours.KeyPem;
        await using var server = await FakeEtcd.StartSecureAsync(
            context => FakeEtcd.AnswerAsync(context, new StatusResponse()),
            tls =>
            {
                tls.ServerCertificate = s_server.Certificate;
                tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                tls.ClientCertificateValidation = (_, sent, _) =>
                {
                    chain = sent!.ChainPolicy.ExtraStore.Count;
                    return true;
                };
            });
        using var source = _files.Source();
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, source);

        await client.StatusAsync(s_deadline, default);

        Assert.True(chain >= 1);
    }

    private static Task<FakeEtcd> StartAsync(
        TestCertificate certificate, Action<X509Certificate2?> seen, TestCertificate? intermediate = null,
        string host = "127.0.0.1") =>
        FakeEtcd.StartSecureAsync(
            context =>
            {
                seen(context.Connection.ClientCertificate);
                return FakeEtcd.AnswerAsync(context, new StatusResponse());
            },
            tls => Serve(tls, certificate, intermediate),
            host);

    private static void Serve(
        HttpsConnectionAdapterOptions tls, TestCertificate certificate, TestCertificate? intermediate = null)
    {
        tls.ServerCertificate = certificate.Certificate;
        tls.ServerCertificateChain = intermediate is null ? null : [intermediate.Certificate];
        tls.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        tls.AllowAnyClientCertificate();
    }

    /// <returns>False while an earlier call has no answer.</returns>
    private static async Task<bool> AnswersAsync(EtcdClient client)
    {
        try
        {
            await client.StatusAsync(s_deadline, default);
            return true;
        }
        catch (EtcdException e) when (e.Reason == EtcdReason.Busy)
        {
            return false;
        }
    }

    private static EtcdEndpoint Secure(EtcdEndpoint plain) =>
        EtcdEndpoint.Parse(plain.Text.Replace("http:", "https:", StringComparison.Ordinal));

    private static EtcdConnection Connection(EtcdEndpoint endpoint) =>
        new(endpoint, EtcdTimeouts.Default with { Connect = Patience.Limit }, TimeProvider.System);

    /// <returns>The reason of the failure, or "ok".</returns>
    private async Task<string> AskAsync(
        TestCertificate certificate, TestCertificate? intermediate = null, string host = "127.0.0.1",
        TlsIdentitySource? source = null)
    {
        await using var server = await StartAsync(certificate, _ => { }, intermediate, host);
        using var own = _files.Source();
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, source ?? own);
        try
        {
            await client.StatusAsync(s_deadline, default);
            return "ok";
        }
        catch (EtcdException e)
        {
            return e.Reason;
        }
    }
}
