using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Files;

/// <summary>What is in a PEM file, and what it gives when it is not as it should be.</summary>
public sealed class FileExaminerTests : IDisposable
{
    private static readonly string LeafPem = PemNode.Leaf.Pem;
    private static readonly string CaPem = PemNode.Ca.Pem;
    private readonly PemNode _node = new();

    public static TheoryData<string, string> GoodForms { get; } = new()
    {
        { "plain", LeafPem },
        { "byte order mark", "\uFEFF" + LeafPem },
        { "CRLF", LeafPem.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "one line of base64", OneLine(LeafPem) },
        { "prose before it", "subject=/CN=kube-apiserver\nissuer=kubernetes\n" + LeafPem },
        { "no end of line", LeafPem.TrimEnd() },
        { "its key before it", PemNode.Leaf.KeyPem + LeafPem },
        { "its key behind it", LeafPem + PemNode.Leaf.KeyPem },
        { "its old key", PemNode.Leaf.OldKeyPem + "\n" + LeafPem },
    };

    public static TheoryData<string, string, string> BadForms { get; } = new()
    {
        { "empty", "", "empty" },
        { "blank", " \n\n", "empty" },
        { "prose", "hello\n", "no_certificate" },
        { "key only", PemNode.Leaf.KeyPem, "no_certificate" },
        { "trusted certificate", LeafPem.Replace("BEGIN CERT", "BEGIN TRUSTED CERT", StringComparison.Ordinal)
            .Replace("END CERT", "END TRUSTED CERT", StringComparison.Ordinal), "no_certificate" },
        { "torn in the middle", LeafPem[..(LeafPem.Length / 2)], "torn" },
        { "torn in the first line", "-----BEGIN CERTI", "torn" },
        { "no base64", "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n", "malformed" },
        { "no certificate inside", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "malformed" },
        { "a date that is none", PemNode.ThirteenthMonth(), "malformed" },
        { "another one's key", LeafPem + PemNode.Ca.Issue("other").KeyPem, "key_mismatch" },
    };

    [Theory]
    [MemberData(nameof(GoodForms))]
    public void Every_form_that_openssl_reads_is_read(string form, string text)
    {
        var file = _node.With(text).Look();

        Assert.True(file.IsLoaded, form);
        Assert.Equal(PemNode.Leaf.Certificate.NotAfter.ToUniversalTime(), file.Leaf!.NotAfter.UtcDateTime);
        Assert.Equal(["leaf"], PemNode.Kinds(file));
    }

    [Theory]
    [MemberData(nameof(BadForms))]
    public void What_is_wrong_has_a_reason_and_a_series(string form, string text, string reason)
    {
        var file = _node.With(text).Look();

        Assert.Equal((form, reason), (form, Assert.Single(PemNode.Reasons(file))));
        PemNode.AssertSaid(reason, file);
        Assert.True(file.IsPresent);
    }

    [Fact]
    public void Der_is_no_pem() =>
        PemNode.AssertSaid("no_certificate", _node.WithBytes(PemNode.Leaf.Certificate.RawData).Look());

    [Fact]
    public void A_bundle_is_a_leaf_and_its_chain()
    {
        var file = _node.With(LeafPem + CaPem).Look();

        Assert.Equal(["leaf", "chain"], PemNode.Kinds(file));
        Assert.Equal([0, 1], file.Certificates.Select(one => one.Index));
    }

    [Fact]
    public void All_of_a_file_of_authorities_are_authorities() =>
        Assert.Equal(
            ["ca", "ca"],
            PemNode.Kinds(_node.With(CaPem + TestCertificate.Root("old").Pem).Look(role: FileRole.Authority)));

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_bad_block_between_two_good_ones_costs_only_itself(string bad)
    {
        var file = _node.With(LeafPem + bad + CaPem).Look();

        Assert.Equal([("leaf", 0), ("chain", 2)], file.Certificates.Select(one => (one.Kind, one.Index)));
        Assert.Equal(["malformed"], PemNode.Reasons(file));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Behind_a_broken_leaf_its_ca_is_no_leaf(bool isKnown)
    {
        var role = isKnown ? FileRole.Leaf : FileRole.Unknown;
        foreach (var bad in new[] { PemNode.BadBlock, PemNode.ThirteenthMonth() })
        {
            var file = _node.With(bad + CaPem).With(CaPem, PemNode.CaPath).Look(role: role, ca: PemNode.CaPath);

            Assert.Equal([("chain", 1)], file.Certificates.Select(one => (one.Kind, one.Index)));
            Assert.Null(file.Leaf);
            Assert.Null(file.IssuedBy);
        }
    }

    [Fact]
    public void A_ca_file_with_a_date_that_is_none_says_nothing_about_who_signed() => Assert.Null(
        _node.With(LeafPem).With(PemNode.ThirteenthMonth(), PemNode.CaPath).Look(ca: PemNode.CaPath).IssuedBy);

    [Fact]
    public void What_is_whole_in_a_torn_file_is_shown()
    {
        var file = _node.With(LeafPem + CaPem[..100]).Look();

        Assert.Equal(["leaf"], PemNode.Kinds(file));
        Assert.Equal(["torn"], PemNode.Reasons(file));
    }

    [Fact]
    public void At_most_a_hundred_certificates_of_a_file_are_read()
    {
        var file = _node.With(string.Concat(Enumerable.Repeat(CaPem, 101))).Look();

        Assert.Equal(100, file.Certificates.Length);
        PemNode.AssertSaid("too_many", file);
    }

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_not_read() =>
        PemNode.AssertSaid("too_large", _node.With(LeafPem + new string('\n', 1 << 20)).Look());

    [Fact]
    public void A_folder_in_its_place_is_said()
    {
        Directory.CreateDirectory(_node.Node.Real(PemNode.Path));

        PemNode.AssertSaid("not_a_file", _node.Look());
    }

    [Fact]
    public void A_fifo_is_refused_without_waiting_for_a_writer()
    {
        Directory.CreateDirectory(_node.Node.Real("/pki"));
        OpenSsl.Run("mkfifo", _node.Node.Real(PemNode.Path));

        PemNode.AssertSaid("not_a_file", _node.Look());
    }

    // Nobody may read this one, not even root.
    [Fact]
    public void A_file_that_may_not_be_read_is_there_and_says_what_to_grant()
    {
        var file = new FileExaminer(new("/proc", TimeProvider.System), TimeProvider.System).Examine(
            new("apiserver", "/sys/net/ipv4/route/flush", FileRole.Leaf) { IsRequired = true }).Reading;

        Assert.True(file.IsPresent);
        PemNode.AssertSaid("forbidden", file);
        Assert.Contains("CAP_DAC_READ_SEARCH", file.Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ec", "-pkeyopt", "ec_paramgen_curve:secp384r1")]
    [InlineData("rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048")]
    [InlineData("rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-set_serial", "-5")]
    public void Every_kind_of_key_that_openssl_makes_is_read_and_verified(params string[] kind)
    {
        Directory.CreateDirectory(_node.Node.Real("/pki"));
        var pem = _node.Node.Real(PemNode.Path);
        OpenSsl.Run("openssl",
            ["req", "-x509", "-noenc", "-days", "9", "-subj", "/CN=k", "-keyout", pem + ".key", "-out", pem,
            "-newkey", .. kind]);
        File.Copy(pem, _node.Node.Real(PemNode.CaPath));
        File.Move(pem + ".key", _node.Node.Real("/pki/apiserver.key"));

        var file = _node.Look(ca: PemNode.CaPath);

        Assert.True(file.IsLoaded);
        Assert.Equal((PemNode.CaPath, true), file.IssuedBy);
        Assert.Equal(OpenSsl.EndOf(pem), file.Leaf!.NotAfter);
    }

    [Fact]
    public void A_key_beside_the_certificate_must_be_its_own()
    {
        _node.With(LeafPem).With(PemNode.Leaf.KeyPem, "/pki/apiserver.key");
        Assert.Empty(_node.Look().Problems);

        _node.With(PemNode.Ca.Issue("other").KeyPem, "/pki/apiserver.key");
        Assert.Equal(["key_mismatch"], PemNode.Reasons(_node.Look()));
    }

    [Fact]
    public void No_message_and_no_series_holds_a_byte_of_a_key()
    {
        var key = PemNode.Ca.Issue("other").KeyPem;
        var secret = key.Split('\n')[1][..20];

        var file = _node.With(LeafPem + key + "-----BEGIN RSA PRIVATE KEY-----\n%%\n").Look();

        Assert.DoesNotContain(secret, string.Concat(file.Problems.Select(p => p.Message)), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, string.Concat(PemNode.Lines(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_is_held_against_its_ca_file_whatever_the_time_is()
    {
        var expired = PemNode.Ca.Issue(
            "old", from: TestCertificate.Now.AddDays(-20), to: TestCertificate.Now.AddDays(-19));
        _node.With(expired.Pem).With(CaPem, PemNode.CaPath);
        Assert.Equal((PemNode.CaPath, true), _node.Look(ca: PemNode.CaPath).IssuedBy);

        _node.With(TestCertificate.Root("kubernetes").Pem, PemNode.CaPath);
        Assert.Equal((PemNode.CaPath, false), _node.Look(ca: PemNode.CaPath).IssuedBy);
    }

    [Fact]
    public void A_ca_file_that_ends_in_an_intermediate_counts()
    {
        var between = PemNode.Ca.Intermediate("between");
        _node.With(between.Issue("leaf").Pem).With(between.Pem, PemNode.CaPath);
        Assert.True(_node.Look(ca: PemNode.CaPath).IssuedBy!.Value.IsValid);

        _node.With(between.Issue("leaf").Pem + between.Pem).With(CaPem, PemNode.CaPath);
        Assert.True(_node.Look(ca: PemNode.CaPath).IssuedBy!.Value.IsValid);
    }

    [Fact]
    public void Of_two_cas_of_one_name_either_may_have_signed()
    {
        var renewed = TestCertificate.Root("kubernetes");
        _node.With(CaPem + renewed.Pem, PemNode.CaPath);

        Assert.True(_node.With(LeafPem).Look(ca: PemNode.CaPath).IssuedBy!.Value.IsValid);
        Assert.True(_node.With(renewed.Issue("x").Pem).Look(ca: PemNode.CaPath).IssuedBy!.Value.IsValid);
        Assert.False(
            _node.With(TestCertificate.Root("kubernetes").Issue("x").Pem)
                .Look(ca: PemNode.CaPath).IssuedBy!.Value.IsValid);
    }

    [Fact]
    public void A_critical_extension_that_nobody_knows_is_no_word_about_who_signed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=odd", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("1.2.3.4.5", [5, 0], critical: true));
        using var odd = request.Create(
            PemNode.Ca.Certificate, TestCertificate.Now.AddDays(-1), TestCertificate.Now.AddDays(1), [7]);

        Assert.Null(_node.With(odd.ExportCertificatePem()).With(CaPem, PemNode.CaPath)
            .Look(ca: PemNode.CaPath).IssuedBy);
    }

    [Fact]
    public void Without_the_ca_file_nothing_is_said_about_who_signed() =>
        Assert.Null(_node.With(LeafPem).Look(ca: PemNode.CaPath).IssuedBy);

    [Fact]
    public void A_missing_file_is_an_error_only_where_it_is_required()
    {
        var optional = _node.Look(required: false);
        Assert.Equal((false, null, 0), (optional.IsPresent, optional.IsLoaded, optional.Problems.Length));

        Directory.CreateDirectory(_node.Node.Real("/pki"));
        var required = _node.Look();
        Assert.Equal((false, false), (required.IsPresent, required.IsLoaded));
        Assert.Equal(["missing"], PemNode.Reasons(required));
    }

    [Fact]
    public void Where_its_folder_is_not_mounted_a_file_is_not_called_missing()
    {
        var file = _node.Look();

        Assert.Null(file.IsPresent);
        PemNode.AssertSaid("no_folder", file);
        Assert.Contains("Mount it", file.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_swap_of_data_with_the_same_time_and_size_is_seen()
    {
        var (one, two) = (PemNode.Ca.Issue("same"), PemNode.Ca.Issue("same"));
        var size = Math.Max(one.Pem.Length, two.Pem.Length);
        _node.With(one.Pem.PadRight(size, '\n'), "/s/..1/tls.crt").With(two.Pem.PadRight(size, '\n'), "/s/..2/tls.crt");
        var at = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_node.Node.Real("/s/..1/tls.crt"), at);
        File.SetLastWriteTimeUtc(_node.Node.Real("/s/..2/tls.crt"), at);
        _node.Node.WithLink("/s/..data", "..1").WithLink("/s/tls.crt", "..data/tls.crt");
        var before = _node.Look("/s/tls.crt");

        File.Delete(_node.Node.Real("/s/..data"));
        _node.Node.WithLink("/s/..data", "..2");
        var after = _node.Look("/s/tls.crt");

        Assert.Equal((at, at), (before.ModifiedAt!.Value.UtcDateTime, after.ModifiedAt!.Value.UtcDateTime));
        Assert.NotEqual(before.Leaf!.Sha256, after.Leaf!.Sha256);
    }

    [Fact]
    public void Links_are_followed_inside_the_root_and_never_out_of_it()
    {
        _node.With(LeafPem, "/var/lib/kubelet/pki/one.pem").Node
            .WithLink("/var/lib/kubelet/pki/current.pem", "/var/lib/kubelet/pki/one.pem")
            .WithLink("/pki/escape.crt", "../../../../../../../../etc/hostname")
            .WithLink("/pki/dangling.crt", "/nowhere")
            .WithLink("/pki/loop.crt", "loop.crt");

        Assert.True(_node.Look("/var/lib/kubelet/pki/current.pem").IsLoaded);
        PemNode.AssertSaid("missing", _node.Look("/pki/escape.crt"));
        PemNode.AssertSaid("missing", _node.Look("/pki/dangling.crt"));
        PemNode.AssertSaid("too_many_links", _node.Look("/pki/loop.crt"));
    }

    [Fact]
    public void Times_far_away_and_long_serials_are_as_they_are()
    {
        var name = new X500DistinguishedName("CN=far");
        var far = _node.With(PemNode.SelfSigned(name, to: new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
            serial: [0x7F, .. Enumerable.Repeat((byte)0xFF, 19)])).Look();
        Assert.Equal(253_402_300_799, far.Leaf!.NotAfter.ToUnixTimeSeconds());
        Assert.Equal("7F" + new string('F', 38), far.Leaf.Serial);

        var later = _node.With(PemNode.SelfSigned(name, to: new(2051, 1, 2, 3, 4, 5, TimeSpan.Zero))).Look();
        Assert.Equal(2_556_241_445, later.Leaf!.NotAfter.ToUnixTimeSeconds());
    }

    public void Dispose() => _node.Dispose();

    private static string OneLine(string pem)
    {
        var lines = pem.TrimEnd().Split('\n');
        return new StringBuilder(lines[0]).Append('\n').AppendJoin("", lines[1..^1]).Append('\n').Append(lines[^1])
            .Append('\n').ToString();
    }
}
