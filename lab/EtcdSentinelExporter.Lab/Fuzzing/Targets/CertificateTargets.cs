using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>Certificates, keys and kubeconfigs.</summary>
internal static class CertificateTargets
{
    private const string Kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: a@b
        contexts: [{name: a@b, context: {cluster: b, user: a}}]
        clusters: [{name: b, cluster: {certificate-authority-data: DATA, server: "https://a:6443"}}]
        users: [{name: a, user: {client-certificate-data: DATA, client-key-data: QQ==}}, {name: c, user: {client-certificate: x.pem}}]
        """;

    private static readonly string Pem = KnownCertificate.Pem;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("pem", () => SeedFiles.Texts(Pem, $"# a\n{Pem}\n{Pem}", KnownCertificate.KeyPem + Pem), ReadPem),
        new("der", () => [KnownCertificate.Der], ReadDer),
        new("private-key", () => SeedFiles.Texts(KnownCertificate.KeyPem, KnownCertificate.SmallKeyPem), ReadKey),
        new("private-key-der", () => [KnownCertificate.KeyDer], key => ReadKey(PemOf("PRIVATE KEY", key))),
        new("kubeconfig", () => SeedFiles.Texts(
            Kubeconfig.Replace("DATA", Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem)), StringComparison.Ordinal)),
            ReadKubeconfig),
    ];

    private static byte[] PemOf(string label, byte[] der) =>
        Encoding.ASCII.GetBytes(PemEncoding.WriteString(label, der));

    private static bool ReadDer(byte[] input) => ReadPem(PemOf("CERTIFICATE", input));

    private static bool ReadPem(byte[] input)
    {
        List<LoadProblem> problems = [];
        var read = CertificateFile.ReadIntact("/a.crt", input, new CertificateBudget(1000), problems);
        foreach (var pem in read.Loaded)
        {
            using (pem)
            {
                Check(pem);
            }
        }
        CheckProblems(problems);
        Property.Holds(read.Loaded.Length <= CertificateFile.MaxCertificates, "too many certificates");
        CertificateFile.HoldsOnlyKeys(input);
        return !read.Loaded.IsEmpty;
    }

    private static void Check(PemCertificate pem)
    {
        Property.IsSafe(pem.Details.SubjectName, "the subject");
        Property.IsSafe(pem.Details.IssuerName, "the issuer");
        Property.Holds(pem.Details.Serial.Length <= 64, "a serial number that is too long");
        SubjectNames.Of(pem.Certificate);
        PrivateKeyFile.IsMismatch(pem.Certificate, "/a.key", Encoding.ASCII.GetBytes(KnownCertificate.KeyPem));
    }

    private static bool ReadKey(byte[] input)
    {
        List<LoadProblem> problems = [];
        using var certificate = X509CertificateLoader.LoadCertificate(KnownCertificate.Der);
        using var joined = PrivateKeyFile.Join(certificate, "/a.key", input, problems);
        CheckProblems(problems);
        Property.Holds(joined is null == (problems.Count == 1), "neither a key nor a problem");
        return joined is not null;
    }

    private static bool ReadKubeconfig(byte[] input)
    {
        List<LoadProblem> problems = [];
        KubeconfigContents reader = new(
            new RecordedReads(new HostFiles("/nonexistent", TimeProvider.System)), "/etc/kubernetes/admin.conf",
            new CertificateBudget(1000), problems);
        using var contents = reader.Read(input);
        CheckProblems(problems);
        return !contents.All.IsEmpty;
    }

    private static void CheckProblems(List<LoadProblem> problems)
    {
        foreach (var problem in problems)
            Property.IsSafe(problem.Message, "a problem");
    }
}
