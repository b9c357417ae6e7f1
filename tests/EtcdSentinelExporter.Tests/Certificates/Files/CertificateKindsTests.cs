using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Files;

/// <summary>Basic constraints decide what a certificate is, not its place in the file.</summary>
public sealed class CertificateKindsTests : IDisposable
{
    private static readonly string Leaf = PemNode.Leaf.Pem;
    private static readonly string Ca = PemNode.Ca.Pem;
    private static readonly string SelfSignedServer = PemNode.SelfSigned(new("CN=server"));

    private readonly PemNode _node = new();

    [Fact]
    public void In_a_file_of_unknown_purpose()
    {
        Assert.Equal(["ca"], Kinds(FileRole.Unknown, Ca));
        Assert.Equal(["leaf", "chain"], Kinds(FileRole.Unknown, Leaf + Ca));
        Assert.Equal(["ca", "leaf"], Kinds(FileRole.Unknown, Ca + Leaf));
        Assert.Equal(["ca", "ca", "leaf"], Kinds(FileRole.Unknown, Ca + TestCertificate.Root("other").Pem + Leaf));
        Assert.Equal(["leaf", "leaf"], Kinds(FileRole.Unknown, Leaf + PemNode.Ca.Issue("second").Pem));
        Assert.Equal(["leaf"], Kinds(FileRole.Unknown, SelfSignedServer));
    }

    [Fact]
    public void In_the_file_of_a_server()
    {
        Assert.Equal(["chain", "leaf"], Kinds(FileRole.Leaf, Ca + Leaf));
        Assert.Equal(["leaf"], Kinds(FileRole.Leaf, SelfSignedServer));
        Assert.Equal(["leaf", "chain"], Kinds(FileRole.Leaf, Ca + TestCertificate.Root("other").Pem));
        Assert.Equal(["leaf", "chain"], Kinds(FileRole.Leaf, Leaf + SelfSignedServer));
    }

    [Fact]
    public void In_a_file_of_cas()
    {
        Assert.Equal(["ca", "leaf"], Kinds(FileRole.Authority, Ca + Leaf));
        Assert.Equal(["ca"], Kinds(FileRole.Authority, SelfSignedServer));
    }

    [Fact]
    public void The_key_beside_a_file_of_cas_is_not_that_of_a_leaf_in_it() => Assert.Empty(
        _node.With(PemNode.Ca.KeyPem, "/pki/apiserver.key").With(Ca + Leaf).Look(role: FileRole.Authority).Problems);

    [Fact]
    public void The_leaf_behind_its_ca_is_held_against_its_key_and_its_ca()
    {
        var file = _node.With(Ca + Leaf + PemNode.Leaf.KeyPem).With(Ca, PemNode.CaPath).Look(ca: PemNode.CaPath);

        Assert.Empty(file.Problems);
        Assert.Equal((PemNode.CaPath, true), file.IssuedBy);
        Assert.Equal("kube-apiserver", file.Leaf!.SubjectName);
    }

    [Theory]
    [InlineData("node-1-ca@1700000000", "node-1@1700000000", "self_signed")]
    [InlineData("kubernetes", "node-1@1700000000", "leaf")]
    [InlineData("kubernetes", "system:node:node-1", "leaf")]
    public void What_kubelet_made_for_itself_is_of_a_kind_of_its_own(string ca, string name, string kind)
    {
        var root = TestCertificate.Root(ca);
        var text = root.Issue(name).Pem + root.Pem;

        Assert.Equal([kind, "chain"], Kinds(FileRole.KubeletServer, text));
        Assert.Equal(["leaf", "chain"], Kinds(FileRole.Leaf, text));
        Assert.NotNull(_node.With(text).Look(role: FileRole.KubeletServer).Leaf);
    }

    [Fact]
    public void What_kubelet_signed_with_its_own_key_is_too()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node-1@1700000000", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        using var own = request.CreateSelfSigned(TestCertificate.Now, TestCertificate.Now.AddDays(365));

        Assert.Equal(["self_signed"], Kinds(FileRole.KubeletServer, own.ExportCertificatePem()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-5")]
    [InlineData("-128")]
    [InlineData("255")]
    [InlineData("256")]
    [InlineData("0x00C8589EE3C3695608")]
    [InlineData("0x0123456789ABCDEF0123456789ABCDEF01234567")]
    public void A_serial_is_as_openssl_prints_it(string serial)
    {
        Directory.CreateDirectory(_node.Node.Real("/pki"));
        var pem = _node.Node.Real(PemNode.Path);
        OpenSsl.Run("openssl", "req", "-x509", "-newkey", "ed25519", "-noenc", "-subj", "/CN=k", "-days", "9",
            "-set_serial", serial, "-keyout", pem + ".key", "-out", pem);

        var printed = OpenSsl.Run("openssl", "x509", "-noout", "-serial", "-in", pem).Trim();

        Assert.Equal(printed, $"serial={_node.Look().Leaf!.Serial}");
    }

    public void Dispose() => _node.Dispose();

    private string[] Kinds(FileRole role, string text) => PemNode.Kinds(_node.With(text).Look(role: role));
}
