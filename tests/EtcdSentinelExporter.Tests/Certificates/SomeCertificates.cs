using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Readings to change with <c>with</c>.</summary>
internal static class SomeCertificates
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static CertificatePlan Empty { get; } = new("kubeadm", [], [], []);

    public static CertificateFacts Facts { get; } = new(
        Noon.AddDays(-100), Noon.AddDays(265.5), "kube-apiserver", "kubernetes", "0A1B", new('a', 64),
        IsAuthority: false);

    public static FileReading File { get; } = new("apiserver", "/etc/kubernetes/pki/apiserver.crt")
    {
        IsRequired = true,
        IsPresent = true,
        ModifiedAt = Noon.AddDays(-3),
        Certificates = [new(CertificateReading.Leaf, 0, Facts)],
        IssuedBy = ("/etc/kubernetes/pki/ca.crt", true),
    };

    public static FileReading Ca { get; } = new("ca", "/etc/kubernetes/pki/ca.crt")
    {
        IsRequired = true,
        IsPresent = true,
        ModifiedAt = Noon.AddDays(-100),
        Certificates = [new(CertificateReading.Authority, 0, Facts with
        {
            SubjectName = "kubernetes",
            NotAfter = Noon.AddDays(3550),
            Sha256 = new('c', 64),
            IsAuthority = true,
        })],
        ReadAtStartBy = [Component.ControllerManager],
    };

    public static TlsListener Listener { get; } = new(Component.ApiServer, "127.0.0.1", 6443)
    {
        FilePaths = ["/etc/kubernetes/pki/apiserver.crt"],
    };

    public static ServedReading Served { get; } = new(Listener, Noon, Facts, Problem: null);

    public static FileReading Leaf(double daysLeft, double lifetime, string kind = CertificateReading.Leaf) => File with
    {
        Certificates =
        [
            new(kind, 0, Facts with
            {
                NotBefore = Noon.AddDays(daysLeft - lifetime),
                NotAfter = Noon.AddDays(daysLeft),
            }),
        ],
    };

    /// <summary>Without processes and an earlier poll.</summary>
    public static CertificatePlan Plan(this Planner planner, EtcdInstallation? etcd) =>
        planner.Plan(etcd is null ? [] : [etcd], running: [], NodeConfiguration.Nothing);

    public static CertificatesReading Reading(params ReadOnlySpan<FileReading> files) =>
        new(Noon, Empty, [.. files], Served: [], Components: [], default);

    public static CertificatesReading With(this CertificatesReading reading, params ServedReading[] served) =>
        reading with { Served = [.. served.Select(one => one.ComparedWith(reading.Files))] };
}
