using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Pem;

public sealed class PrivateKeyFileTests
{
    [Fact]
    public void A_key_on_a_curve_that_OpenSSL_does_not_have_is_malformed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = key.ExportPkcs8PrivateKey();
        ReadOnlySpan<byte> curve = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
        der[der.AsSpan().IndexOf(curve) + 3] = 0x4C;
        using var certificate = X509Certificate2.CreateFromPem(TestCertificate.Root("a").Pem);
        List<LoadProblem> problems = [];

        var joined = PrivateKeyFile.Join(
            certificate, "/a.key", Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", der)), problems);

        Assert.Null(joined);
        Assert.Equal(LoadProblem.Malformed, Assert.Single(problems).Reason);
    }
}
