using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Findings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

public sealed class CertificatesFindingsTests
{
    [Fact]
    public void A_healthy_node_gives_no_findings() =>
        Assert.Empty(CertificatesFindings.Judge(SomeCertificates.Reading(SomeCertificates.File, SomeCertificates.Ca).With(SomeCertificates.Served)));

    [Theory]
    [InlineData("leaf", 40, 1825, null)]
    [InlineData("leaf", 29, 1825, "CertificateExpiringSoon")]
    [InlineData("leaf", 6, 1825, "CertificateExpiringSoon")]
    [InlineData("leaf", 2.9, 1825, "CertificateExpiringCritical")]
    [InlineData("leaf", -1, 365, "CertificateExpiringCritical")]
    [InlineData("leaf", 0.8, 1, null)]
    [InlineData("leaf", 0.15, 1, "CertificateExpiringSoon")]
    [InlineData("leaf", 0.05, 1, "CertificateExpiringCritical")]
    [InlineData("ca", 400, 3650, null)]
    [InlineData("ca", 231, 3650, "CAExpiringSoon")]
    [InlineData("ca", 231, 365, null)]
    [InlineData("ca", 89, 3650, "CAExpiringSoon")]
    [InlineData("ca", 13, 3650, "CAExpiringCritical")]
    [InlineData("chain", 1, 3650, null)]
    [InlineData("self_signed", -1, 365, null)]
    [InlineData("self_signed", 366, 365, null)]
    [InlineData("ca_unused", -1, 3650, null)]
    public void Each_certificate_is_in_exactly_one_band(string kind, double left, double lifetime, string? code) =>
        Assert.Equal(code is null ? [] : [code], Codes(SomeCertificates.Reading(SomeCertificates.Leaf(left, lifetime, kind))));

    // kubelet renews its own with a tenth to three tenths of the lifetime left; kubelet.crt is verified by nobody.
    [Theory]
    [InlineData("kubelet-client", "/var/lib/kubelet/pki/kubelet-client-current.pem", 4, 30, null)]
    [InlineData("kubelet-client", "/var/lib/kubelet/pki/kubelet-client-current.pem", 2.5, 30, "CertificateExpiringSoon")]
    [InlineData("kubelet-client", "/var/lib/kubelet/pki/kubelet-client-current.pem", 1.4, 30, "CertificateExpiringCritical")]
    [InlineData("kubelet-server", "/var/lib/kubelet/pki/kubelet.crt", -1, 365, "CertificateExpiringSoon")]
    public void Certificates_of_kubelet_have_limits_of_their_own(
        string name, string path, double left, double lifetime, string? code) => Assert.Equal(
            code is null ? [] : [code],
            Codes(SomeCertificates.Reading(SomeCertificates.Leaf(left, lifetime) with { Name = name, Path = path })));

    [Fact]
    public void A_missing_file_is_missing_and_not_unreadable_too()
    {
        var missing =
            SomeCertificates.File with
            {
                IsPresent = false,
                Certificates = [],
                IssuedBy = null,
                Problems = [new(LoadProblem.Missing, "x")]
            };

        Assert.Equal(["CertificateFileMissing"], Codes(SomeCertificates.Reading(missing)));
        Assert.Empty(Codes(SomeCertificates.Reading(missing with { IsRequired = false, Problems = [] })));
    }

    [Fact]
    public void Each_trouble_of_a_file_has_its_code()
    {
        Assert.Equal(
            ["CertificateUnreadable"], Codes(SomeCertificates.Reading(SomeCertificates.File with { Problems = [new(LoadProblem.Torn, "x")] })));
        Assert.Equal(["LeafNotIssuedByCA"], Codes(SomeCertificates.Reading(SomeCertificates.File with { IssuedBy = ("/ca.crt", false) })));
        Assert.Equal(["CertificateNotYetValid"], Codes(SomeCertificates.Reading(SomeCertificates.Leaf(daysLeft: 370, lifetime: 365))));
    }

    [Fact]
    public void What_is_renewed_and_not_yet_served_says_so_and_how_to_restart()
    {
        var stale = Assert.Single(CertificatesFindings.Judge(SomeCertificates.Reading(SomeCertificates.File).With(
            SomeCertificates.Served with { Leaf = SomeCertificates.Facts with { Sha256 = new('b', 64) } })));

        Assert.Equal(("ComponentRestartNeeded", Severity.Warning), (stale.Code, stale.Severity));
        Assert.Contains("it was renewed, and the server has not reloaded it", stale.Summary, StringComparison.Ordinal);
        Assert.Contains("/etc/kubernetes/manifests/kube-apiserver.yaml", stale.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void A_served_certificate_that_ends_is_critical_even_when_the_file_is_new() => Assert.Equal(
        ["ComponentRestartNeeded", "ServedCertificateExpiring"],
        Codes(SomeCertificates.Reading(SomeCertificates.File).With(SomeCertificates.Served with
        {
            Leaf = SomeCertificates.Facts with { NotAfter = SomeCertificates.Noon.AddDays(2), Sha256 = new('b', 64) },
        })));

    [Theory]
    [InlineData("node-1-ca@1700000000", 0)]
    [InlineData("kubernetes", 1)]
    public void What_kubelet_serves_is_no_finding_if_it_made_it_for_itself(string issuer, int findings)
    {
        var leaf = SomeCertificates.Facts with
        {
            SubjectName = "node-1@1700000000",
            IssuerName = issuer,
            Issuer = new("other", KeyId: null),
            NotAfter = SomeCertificates.Noon.AddDays(-1),
        };

        Assert.Equal(findings, Codes(SomeCertificates.Reading().With(
            new ServedReading(new(Component.Kubelet, "127.0.0.1", 10250), SomeCertificates.Noon, leaf, Problem: null)))
            .Length);
    }

    [Theory]
    [InlineData(-200, true)]
    [InlineData(-50, false)]
    public void A_component_that_started_before_its_ca_changed_needs_a_restart(int startedDaysAgo, bool needed)
    {
        var reading = SomeCertificates.Reading(SomeCertificates.Ca) with
        {
            Components = [new(Component.ControllerManager, SomeCertificates.Noon.AddDays(startedDaysAgo))],
        };

        Assert.Equal(needed ? ["ComponentRestartNeeded"] : [], Codes(reading));
    }

    private static string[] Codes(CertificatesReading reading) =>
        [.. CertificatesFindings.Judge(reading).Select(finding => finding.Code)];
}
