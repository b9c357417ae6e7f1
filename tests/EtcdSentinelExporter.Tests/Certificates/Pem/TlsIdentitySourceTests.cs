using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Pem;

public class TlsIdentitySourceTests
{
    private static readonly TestCertificate s_root = TestCertificate.Root("root");
    private static readonly TestCertificate s_old = s_root.Issue("old");
    private static readonly TestCertificate s_new = s_root.Issue("new", rsa: true);

    private readonly TestFiles _files = TestFiles.Of(s_root, s_old);

    [Fact]
    public void Files_that_do_not_change_keep_the_identity()
    {
        using var source = _files.Source();

        var first = source.Refresh();

        Assert.Empty(first.Problems);
        Assert.NotNull(first.Identity);
        Assert.Same(first.Identity, source.Refresh().Identity);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Keys_are_read_in_every_form(bool rsa, bool oldForm)
    {
        var client = rsa ? s_new : s_old;
        _files[TestFiles.Cert] = client.Pem;
        _files[TestFiles.Key] = oldForm ? client.OldKeyPem : client.KeyPem;
        using var source = _files.Source();

        var state = source.Refresh();

        Assert.Empty(state.Problems);
        Assert.NotNull(state.Identity);
    }

    [Fact]
    public void A_renewal_gives_a_new_identity_only_when_it_is_complete()
    {
        using var source = _files.Source();
        var before = source.Refresh().Identity;

        _files[TestFiles.Cert] = s_new.Pem;
        var half = source.Refresh();
        _files[TestFiles.Key] = s_new.KeyPem;
        var done = source.Refresh();

        Assert.Same(before, half.Identity);
        Assert.Equal(LoadProblem.KeyMismatch, Assert.Single(half.Problems).Reason);
        Assert.NotSame(before, done.Identity);
        Assert.NotNull(done.Identity);
        Assert.Empty(done.Problems);
    }

    [Fact]
    public void Going_back_to_the_old_pair_in_the_middle_of_a_renewal_heals()
    {
        using var source = _files.Source();
        var before = source.Refresh().Identity;

        _files[TestFiles.Key] = s_new.KeyPem;
        source.Refresh();
        _files[TestFiles.Key] = s_old.KeyPem;
        var state = source.Refresh();

        Assert.Same(before, state.Identity);
        Assert.Empty(state.Problems);
    }

    [Theory]
    [InlineData(TestFiles.Ca)]
    [InlineData(TestFiles.Cert)]
    [InlineData(TestFiles.Key)]
    public void A_file_cut_off_at_any_byte_keeps_the_old_identity(string path)
    {
        using var source = _files.Source();
        var before = source.Refresh().Identity;
        var next = TestFiles.Of(TestCertificate.Root("next"), s_old)[path];
        var last = next.TrimEnd().Length;

        for (var length = 0; length < last; length++)
        {
            _files[path] = next[..length];
            var state = source.Refresh();

            Assert.Same(before, state.Identity);
            Assert.True(Assert.Single(state.Problems).Reason is LoadProblem.Empty or LoadProblem.Torn);
        }
    }

    [Fact]
    public void A_CA_that_is_still_being_appended_is_waited_for()
    {
        using var source = _files.Source();
        var before = source.Refresh().Identity;
        var both = s_root.Pem + TestCertificate.Root("next").Pem;

        for (var length = s_root.Pem.Length + 1; length < both.TrimEnd().Length; length++)
        {
            _files[TestFiles.Ca] = both[..length];
            var state = source.Refresh();

            Assert.Same(before, state.Identity);
            Assert.Equal(LoadProblem.Torn, Assert.Single(state.Problems).Reason);
        }
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("no base64!")]
    public void A_bad_certificate_in_the_CA_file_costs_only_itself_and_stays_said(string content)
    {
        _files[TestFiles.Ca] = $"-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n" + s_root.Pem;
        using var source = _files.Source();

        var first = source.Refresh();
        var second = source.Refresh();

        Assert.NotNull(first.Identity);
        Assert.Equal(LoadProblem.Malformed, Assert.Single(first.Problems).Reason);
        Assert.Equal(first.Problems.ToArray(), second.Problems.ToArray());
    }

    [Theory]
    [InlineData("302e020100300506032b657004220420", 32)]
    [InlineData("3047020100300506032b6571043b0439", 57)]
    public void A_key_on_an_Edwards_curve_is_unsupported_and_not_malformed(string start, int length)
    {
        var der = Convert.FromHexString(start).Concat(new byte[length]);
        _files[TestFiles.Key] =
            $"-----BEGIN PRIVATE KEY-----\n{Convert.ToBase64String([.. der])}\n-----END PRIVATE KEY-----\n";
        using var source = _files.Source();

        var problem = Assert.Single(source.Refresh().Problems);

        Assert.Equal(LoadProblem.KeyUnsupported, problem.Reason);
        Assert.Contains("EC or RSA key", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_files_there_is_an_identity_that_trusts_the_system_and_presents_nothing()
    {
        using var source = new TlsIdentitySource(new(null, null, null), _files.Read, TimeProvider.System);

        var state = source.Refresh();

        Assert.Empty(state.Problems);
        Assert.NotNull(state.Identity);
        Assert.Null(state.Identity.NotAfter);
    }

    [Fact]
    public void A_certificate_without_a_key_is_refused()
    {
        using var source = new TlsIdentitySource(
            new(TestFiles.Ca, TestFiles.Cert, null), _files.Read, TimeProvider.System);

        var state = source.Refresh();

        Assert.Null(state.Identity);
        Assert.Equal(LoadProblem.Missing, Assert.Single(state.Problems).Reason);
    }

    [Fact]
    public void Encrypted_keys_are_refused_with_a_clear_word()
    {
        foreach (var key in new[] { s_old.EncryptedKeyPem,
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n" })
        {
            _files[TestFiles.Key] = key;
            using var source = _files.Source();

            var state = source.Refresh();

            Assert.Null(state.Identity);
            Assert.Equal(LoadProblem.Encrypted, Assert.Single(state.Problems).Reason);
        }
    }

    [Fact]
    public void Messages_name_the_file_and_never_hold_the_key()
    {
        var secret = s_old.KeyPem.Split('\n')[1];
        foreach (var key in new[] { s_old.KeyPem[..60],
            s_old.KeyPem.Replace("PRIVATE KEY", "RSA PRIVATE KEY", StringComparison.Ordinal), secret })
        {
            _files[TestFiles.Key] = key;
            using var source = _files.Source();

            var problem = Assert.Single(source.Refresh().Problems);

            Assert.Contains(TestFiles.Key, problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[..20], problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_read_has_a_reason()
    {
        foreach (var (failure, reason) in new (Exception, string)[]
        {
            (new FileNotFoundException("gone"), LoadProblem.Missing),
            (new DirectoryNotFoundException("gone"), LoadProblem.Missing),
            (new UnauthorizedAccessException("no"), LoadProblem.Forbidden),
            (new IOException("too large"), LoadProblem.Unreadable),
        })
        {
            using var source = new TlsIdentitySource(
                TestFiles.Paths, path =>
                    path == TestFiles.Key ? throw failure : _files.Read(path), TimeProvider.System);

            var state = source.Refresh();

            Assert.Null(state.Identity);
            Assert.Equal(reason, Assert.Single(state.Problems).Reason);
        }
    }

    [Fact]
    public void A_certificate_out_of_its_time_is_a_warning_that_comes_and_goes_with_the_clock()
    {
        var clock = new FakeClock(TestCertificate.Now.AddDays(-20));
        using var source = _files.Source(clock);

        var early = source.Refresh();
        clock.Advance(TimeSpan.FromDays(20));
        var valid = source.Refresh();
        clock.Advance(TimeSpan.FromDays(20));
        var late = source.Refresh();

        Assert.Equal(LoadProblem.NotYetValid, Assert.Single(early.Problems).Reason);
        Assert.Empty(valid.Problems);
        Assert.Equal(LoadProblem.Expired, Assert.Single(late.Problems).Reason);
        Assert.NotNull(late.Identity);
        Assert.Same(early.Identity, late.Identity);
    }

    [Fact]
    public void Many_renewals_leave_a_usable_identity()
    {
        using var source = _files.Source();
        var state = source.Refresh();
        for (var i = 0; i < 6; i++)
        {
            var client = s_root.Issue($"client-{i}");
            _files[TestFiles.Key] = client.KeyPem;
            _files[TestFiles.Cert] = client.Pem;
            state = source.Refresh();
        }

        Assert.Empty(state.Problems);
        Assert.True(state.Identity!.NotAfter > TestCertificate.Now);
    }
}
