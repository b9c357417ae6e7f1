using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>A node with certificates in its files, and what the examiner makes of one of them.</summary>
internal sealed class PemNode : IDisposable
{
    public const string Path = "/pki/apiserver.crt";
    public const string CaPath = "/pki/ca.crt";

    public const string BadBlock = "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n";

    public TempNode Node { get; } = new();

    public static TestCertificate Ca { get; } = TestCertificate.Root("kubernetes");

    public static TestCertificate Leaf { get; } = Ca.Issue("kube-apiserver");

    public PemNode With(string text, string path = Path)
    {
        Node.With(path, text);
        return this;
    }

    public PemNode WithBytes(byte[] bytes, string path = Path)
    {
        Node.With(path, "");
        File.WriteAllBytes(Node.Real(path), bytes);
        return this;
    }

    public FileReading Look(
        string path = Path, FileRole role = FileRole.Leaf, string? ca = null, bool required = true) =>
        new FileExaminer(Node.Files, TimeProvider.System).Examine(
            new("apiserver", path, role) { IsRequired = required, CaFile = ca }).Reading;

    public static string[] Kinds(FileReading file) => [.. file.Certificates.Select(one => one.Kind)];

    public static string[] Reasons(FileReading file) => [.. file.Problems.Select(problem => problem.Reason)];

    /// <summary>A certificate that signed itself, out of ordinary hands or not.</summary>
    public static string SelfSigned(
        X500DistinguishedName name, DateTimeOffset? from = null, DateTimeOffset? to = null, byte[]? serial = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA384);
        using var certificate = request.Create(
            name, X509SignatureGenerator.CreateForECDsa(key),
            from ?? TestCertificate.Now.AddDays(-1), to ?? TestCertificate.Now.AddDays(1), serial ?? [1, 2, 3]);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>That a file is not read well, and why: in its reading and in its series.</summary>
    public static void AssertSaid(string reason, FileReading file)
    {
        Assert.Equal([reason], Reasons(file));
        var labels = $"name=\"{file.Name}\",path=\"{file.Path}\"";
        Assert.Contains($"etcd_sentinel_certificate_load_success{{{labels}}} 0", Lines(file));
        Assert.Contains($"etcd_sentinel_certificate_load_error{{{labels},reason=\"{reason}\"}} 1", Lines(file));
        Assert.Contains(file.Path, file.Problems[0].Message, StringComparison.Ordinal);
    }

    /// <summary>A certificate that ends in the 13th month: OpenSSL loads it.</summary>
    public static string ThirteenthMonth()
    {
        var der = Leaf.Certificate.RawData;
        var time = Leaf.Certificate.NotAfter.ToUniversalTime()
            .ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
        var at = der.AsSpan().IndexOf(Encoding.ASCII.GetBytes(time));
        "13"u8.CopyTo(der.AsSpan(at + 2));
        return PemEncoding.WriteString("CERTIFICATE", der) + "\n";
    }

    public static ImmutableArray<string> Lines(FileReading file) =>
        [.. CertificatesMetrics.Families.Text(SomeCertificates.Reading(file)).Split('\n')
            .Where(line => line is not ['#', ..] and not "")];

    public void Dispose() => Node.Dispose();
}
