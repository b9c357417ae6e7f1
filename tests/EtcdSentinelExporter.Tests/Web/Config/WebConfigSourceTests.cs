using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web.Config;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class WebConfigSourceTests : IDisposable
{
    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private const string Tls = "tls_server_config:\n  cert_file: s.crt\n  key_file: s.key\n";
    private const string Users = "basic_auth_users:\n  prom: " + Hash + "\n";

    private static readonly TestCertificate Root = TestCertificate.Root("ca");

    private readonly Dictionary<string, string> _files = [];
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Everything_that_is_wrong_at_the_start_is_said()
    {
        _files["/web/web.yml"] = Tls + "foo: 1\n";

        Assert.Equal("/web/web.yml: line 4: foo: unknown key", Assert.Single(Source().Open()).Split(';')[0]);

        _files["/web/web.yml"] = Tls;
        Assert.Equal(2, Source().Open().Count);
    }

    [Fact]
    public void The_file_is_read_again_and_a_broken_one_leaves_the_last_valid_one_in_use()
    {
        _files["/web/web.yml"] = Users;
        var source = Opened();

        _files["/web/web.yml"] = "basic_auth_users:\n";
        Assert.Empty(source.Current().Users);
        _files["/web/web.yml"] = "basic_auth_users: [";
        Assert.Empty(source.Current().Users);
        _files["/web/web.yml"] = Users;
        Assert.Single(source.Current().Users);
        _files["/web/web.yml"] = Users.Replace("prom", "other", StringComparison.Ordinal) + "foo: 1\n";
        Assert.Equal("prom", Assert.Single(source.Current().Users).Key);
        Assert.Equal("prom", Assert.Single(source.Current().Users).Key);
        Assert.False(source.Refresh());
        _files.Remove("/web/web.yml");
        Assert.Equal("prom", Assert.Single(source.Current().Users).Key);
        _files["/web/web.yml"] = Users;
        Assert.True(source.Refresh());

        Assert.Equal(
            [LogLevel.Warning, LogLevel.Information, LogLevel.Warning, LogLevel.Warning, LogLevel.Information],
            _log.Levels);
    }

    [Theory]
    [InlineData(Users, Tls)]
    [InlineData(Tls, Users)]
    public void Tls_is_neither_switched_on_nor_off_while_it_runs(string before, string after)
    {
        Put(Root.Issue("one"));
        _files["/web/web.yml"] = before;
        var source = Opened();
        var hadTls = source.HasTls;

        _files["/web/web.yml"] = after;

        Assert.False(source.Refresh());
        Assert.Equal(hadTls, source.HasTls);
    }

    [Fact]
    public void A_new_pair_is_served_by_the_next_handshake_and_half_a_pair_is_not()
    {
        var (one, two) = (Root.Issue("one"), Root.Issue("two"));
        Put(one);
        _files["/web/web.yml"] = Tls;
        var source = Opened();
        Assert.Equal("CN=one", Served(source));

        _files["/web/s.crt"] = two.Pem;
        Assert.Equal("CN=one", Served(source));
        Assert.False(source.Refresh());

        _files["/web/s.key"] = two.KeyPem;
        Assert.Equal("CN=two", Served(source));
        Assert.True(source.Refresh());
    }

    [Fact]
    public async Task The_times_that_are_told_are_those_of_the_certificate_in_use()
    {
        var (one, two) = (
            Root.Issue("one"),
            Root.Issue("two", from: TestCertificate.Now.AddDays(-1), to: TestCertificate.Now.AddDays(3)));
        Put(one);
        _files["/web/web.yml"] = Tls;
        var source = Opened();

        Assert.Equal((one.Certificate.Start(), one.Certificate.End()), await TimesAsync());
        _files["/web/s.crt"] = two.Pem;
        Assert.Equal((one.Certificate.Start(), one.Certificate.End()), await TimesAsync());
        _files["/web/s.key"] = two.KeyPem;
        Assert.Equal((two.Certificate.Start(), two.Certificate.End()), await TimesAsync());

        async Task<(DateTimeOffset?, DateTimeOffset?)> TimesAsync()
        {
            var reading = await new WebConfigProbe(source, new()).ReadAsync(
                previous: null, CancellationToken.None);
            return (reading.NotBefore, reading.NotAfter);
        }
    }

    [Fact]
    public void A_wrong_ca_later_leaves_the_whole_of_tls_as_it_was()
    {
        Put(Root.Issue("one"));
        _files["/web/web.yml"] = Tls;
        var source = Opened();

        _files["/web/web.yml"] = Tls + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: none.crt\n";

        Assert.False(source.Handshake().ClientCertificateRequired);
        Assert.Contains("/web/none.crt", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_stay_until_the_client_certificates_that_take_their_place_can_be_asked_for()
    {
        var mutual = Tls + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients.crt\n";
        Put(Root.Issue("one"));
        _files["/web/web.yml"] = Tls + Users;
        var source = Opened();

        _files["/web/web.yml"] = mutual;
        Assert.Single(source.Current().Users);
        Assert.False(source.Handshake().ClientCertificateRequired);
        Assert.Single(source.Current().Users);
        Assert.Contains("/web/clients.crt", _log.Text, StringComparison.Ordinal);

        _files["/web/clients.crt"] = Root.Pem;
        Assert.Empty(source.Current().Users);
        Assert.True(source.Handshake().ClientCertificateRequired);
        Assert.True(source.Refresh());

        _files["/web/web.yml"] = Tls + Users;
        Assert.Single(source.Current().Users);
        Assert.False(source.Handshake().ClientCertificateRequired);
    }

    [Fact]
    public void A_user_is_out_at_once_while_a_certificate_is_half_renewed()
    {
        var tls = Tls + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n";
        Put(Root.Issue("one"));
        _files["/web/web.yml"] = tls + Users;
        var source = Opened();

        _files["/web/s.crt"] = Root.Issue("two").Pem;
        _files["/web/web.yml"] = tls + Users.Replace("prom", "other", StringComparison.Ordinal);

        Assert.Equal("other", Assert.Single(source.Current().Users).Key);
        Assert.Equal("CN=one", Served(source));
    }

    [Fact]
    public void A_change_that_is_taken_back_before_it_could_be_used_never_was()
    {
        Put(Root.Issue("one"));
        _files["/web/web.yml"] = Tls + Users;
        var source = Opened();

        _files["/web/web.yml"] = Tls + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: none.crt\n";
        Assert.Single(source.Current().Users);
        _files["/web/web.yml"] = Tls + Users;
        Assert.True(source.Refresh());
        _files["/web/none.crt"] = Root.Pem;

        Assert.Single(source.Current().Users);
        Assert.False(source.Handshake().ClientCertificateRequired);
    }

    [Fact]
    public async Task Many_who_ask_at_once_do_not_read_one_after_the_other()
    {
        const int Many = 20;
        var clock = new CountingClock();
        var reads = 0;
        using var held = new ManualResetEventSlim(initialState: true);
        var source = new WebConfigSource("/web/web.yml", Read, clock, _log);
        Assert.Empty(source.Open());
        var started = clock.Asked;

        held.Reset();
        var asking = Enumerable.Range(0, Many)
            .Select(_ => Task.Factory.StartNew(
                source.Current, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToList();
        // Each says when it came, and the first one when it begins to read.
        await Eventually.IsAsync(() => clock.Asked == started + Many + 1, "all have come");
        held.Set();

        Assert.All(await Task.WhenAll(asking), now => Assert.Single(now.Users));
        // The start, the first one, and once more for those who came while that one read.
        Assert.InRange(reads, 2, 3);

        byte[] Read(string path)
        {
            Interlocked.Increment(ref reads);
            held.Wait();
            return Encoding.UTF8.GetBytes(Users);
        }
    }

    [Fact]
    public void A_pair_inside_the_file_is_used()
    {
        var one = Root.Issue("one", rsa: true);
        _files["/web/web.yml"] = $"tls_server_config:\n  cert: |\n{Indented(one.Pem)}  key: |\n{Indented(one.KeyPem)}";

        Assert.Equal("CN=one", Served(Opened()));
    }

    private static string Indented(string pem) =>
        string.Concat(pem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"    {line}\n"));

    private static string Served(WebConfigSource source) =>
        source.Handshake().ServerCertificateContext!.TargetCertificate.Subject;

    private void Put(TestCertificate pair) => (_files["/web/s.crt"], _files["/web/s.key"]) = (pair.Pem, pair.KeyPem);

    private WebConfigSource Opened()
    {
        var source = Source();
        Assert.Empty(source.Open());
        return source;
    }

    private WebConfigSource Source() => new(
        "/web/web.yml",
        path => _files.TryGetValue(path, out var text)
            ? Encoding.UTF8.GetBytes(text)
            : throw new FileNotFoundException($"{path} does not exist"),
        new FakeClock(),
        _log);

    /// <summary>Every look at it is later than the one before.</summary>
    private sealed class CountingClock : TimeProvider
    {
        private long _asked;

        public long Asked => Interlocked.Read(ref _asked);

        public override long GetTimestamp() => Interlocked.Increment(ref _asked);
    }
}
