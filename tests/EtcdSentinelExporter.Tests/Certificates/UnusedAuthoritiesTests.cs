using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>A CA that a rotation left behind is no CA that has to be rotated.</summary>
public sealed class UnusedAuthoritiesTests : IDisposable
{
    private const string Bundle = "/pki/etcd/ca.crt";

    private static readonly TestCertificate Old = TestCertificate.Root("old");
    private static readonly TestCertificate New = TestCertificate.Root("new");

    private readonly PemNode _node = new();

    [Fact]
    public void The_old_ca_of_a_finished_rotation_is_said_as_such() =>
        Assert.Equal(["ca_unused", "ca"], Kinds(Old.Pem + New.Pem, New.Issue("server").Pem));

    [Fact]
    public void During_a_rotation_both_are_used() =>
        Assert.Equal(["ca", "ca"], Kinds(Old.Pem + New.Pem, New.Issue("server").Pem + Old.Issue("peer").Pem));

    [Fact]
    public void A_ca_that_is_alone_or_of_which_nothing_is_known_stays_a_ca()
    {
        Assert.Equal(["ca"], Kinds(Old.Pem, New.Issue("server").Pem));
        Assert.Equal(["ca", "ca"], Kinds(Old.Pem + New.Pem, TestCertificate.Root("third").Issue("server").Pem));
    }

    [Fact]
    public void A_root_is_used_by_what_its_intermediate_issued()
    {
        var between = Old.Intermediate("between");

        Assert.Equal(
            ["ca", "ca_unused", "ca"], Kinds(Old.Pem + New.Pem + between.Pem, between.Issue("server").Pem));
    }

    [Fact]
    public void What_a_component_still_serves_counts()
    {
        var files = Files(Old.Pem + New.Pem, New.Issue("server").Pem);
        using var leaf = new PemNode();
        var served = SomeCertificates.Served with { Leaf = leaf.With(Old.Issue("served").Pem).Look().Leaf };

        Assert.Equal(["ca", "ca"], PemNode.Kinds(UnusedAuthorities.Mark([.. files], [served])[0]));
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA")]
    public void A_file_that_cannot_be_read_may_be_what_it_issued(string text)
    {
        var files = Files(Old.Pem + New.Pem, New.Issue("server").Pem);
        var unread = _node.With(text, "/pki/peer.crt").Look("/pki/peer.crt");

        Assert.Equal(["ca", "ca"], PemNode.Kinds(UnusedAuthorities.Mark([.. files, unread], [])[0]));
    }

    [Fact]
    public void Of_two_of_one_name_the_key_decides()
    {
        Directory.CreateDirectory(_node.Node.Real("/pki/etcd"));
        var ca = _node.Node.Real("/pki/etcd");
        foreach (var name in new[] { "old", "new" })
        {
            OpenSsl.Run("openssl", "req", "-x509", "-newkey", "ed25519", "-noenc", "-subj", "/CN=etcd-ca", "-days",
                "9", "-keyout", $"{ca}/{name}.key", "-out", $"{ca}/{name}.crt");
        }
        OpenSsl.Run("openssl", "req", "-newkey", "ed25519", "-noenc", "-subj", "/CN=server", "-keyout", $"{ca}/s.key",
            "-x509", "-CA", $"{ca}/new.crt", "-CAkey", $"{ca}/new.key", "-out", $"{ca}/s.crt", "-days", "3");

        Assert.Equal(
            ["ca_unused", "ca"],
            Kinds(File.ReadAllText($"{ca}/old.crt") + File.ReadAllText($"{ca}/new.crt"), File.ReadAllText($"{ca}/s.crt")));
    }

    [Theory]
    [InlineData("old", "new")]
    [InlineData("new", "old")]
    public void Of_two_of_one_name_without_key_identifiers_the_signature_decides(string first, string second)
    {
        Directory.CreateDirectory(_node.Node.Real("/pki/etcd"));
        var ca = _node.Node.Real("/pki/etcd");
        File.WriteAllText($"{ca}/v1.cnf", "[req]\ndistinguished_name=dn\n[dn]\n");
        foreach (var name in new[] { "old", "new", "leaf" })
        {
            string[] signer = name is "leaf" ? ["-CA", $"{ca}/new.crt", "-CAkey", $"{ca}/new.key"] : [];
            OpenSsl.Run("openssl",
                ["req", "-x509", "-newkey", "ed25519", "-noenc", "-config", $"{ca}/v1.cnf", "-days", "9", "-subj",
                name is "leaf" ? "/CN=server" : "/CN=etcd-ca", "-keyout", $"{ca}/{name}.key",
                "-out", $"{ca}/{name}.crt", .. signer]);
        }
        var bundle = File.ReadAllText($"{ca}/{first}.crt") + File.ReadAllText($"{ca}/{second}.crt");
        FileReading[] files =
        [
            _node.With(bundle, Bundle).Look(Bundle, FileRole.Authority),
            _node.With(File.ReadAllText($"{ca}/leaf.crt")).Look(ca: Bundle),
        ];

        Assert.Null(files[1].Leaf!.Issuer.KeyId);
        Assert.Equal(
            first is "old" ? ["ca_unused", "ca"] : ["ca", "ca_unused"],
            PemNode.Kinds(UnusedAuthorities.Mark(
                [.. files], [SomeCertificates.Served with { Leaf = files[1].Leaf }])[0]));
    }

    [Fact]
    public void Of_two_with_one_key_the_newer_is_used()
    {
        var key = new Signer("name", "key");
        CertificateReading Authority(int index, int years, Signer own) => new("ca", index, SomeCertificates.Facts with
        {
            NotAfter = SomeCertificates.Noon.AddYears(years),
            Own = own,
            Issuer = own,
        });
        var bundle = SomeCertificates.Ca with { Certificates = [Authority(0, -1, key), Authority(1, 9, key)] };
        var leaf = SomeCertificates.File with
        {
            Certificates = [new("leaf", 0, SomeCertificates.Facts with { Own = new("x", null), Issuer = key })],
        };

        Assert.Equal(["ca_unused", "ca"], PemNode.Kinds(UnusedAuthorities.Mark([bundle, leaf], [])[0]));
    }

    public void Dispose() => _node.Dispose();

    private string[] Kinds(string bundle, string leaves) =>
        PemNode.Kinds(UnusedAuthorities.Mark([.. Files(bundle, leaves)], [])[0]);

    private FileReading[] Files(string bundle, string leaves) =>
    [
        _node.With(bundle, Bundle).Look(Bundle, FileRole.Authority),
        _node.With(leaves, "/pki/leaves.crt").Look("/pki/leaves.crt", FileRole.Unknown),
    ];
}
