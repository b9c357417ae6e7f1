using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Faults of certificates, keys and configuration files.</summary>
internal static class CertificateFaults
{
    private const string Members = "members";
    private const string Certificates = "certificates";
    private const string ClientCertificate = "healthcheck-client.crt";
    private static readonly (string, string) Client = ("name", "etcd-healthcheck-client");

    public static ImmutableArray<Fault> All { get; } =
        [Torn, Missing, Expired, ExpiredServer, HalfRenewed, Stale, TornManifest, TornWebConfig];

    private static Fault Torn => new("A certificate file is torn", "the client certificate is cut in half")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 1),
            Sign.Is(Members, "client_credentials_load_failure", 1, ("reason", "torn")),
            Sign.Is(Certificates, "certificate_load_error", 1, Client, ("reason", "torn")),
        ],
        Alerts = ["CertificateUnreadable"],
        Remark = "The last valid pair stays in use.",
        InjectAsync = async node =>
        {
            var text = await File.ReadAllTextAsync(node.Member.Node.EtcdPki(ClientCertificate));
            await File.WriteAllTextAsync(node.Member.Node.EtcdPki(ClientCertificate), text[..(text.Length / 2)]);
        },
        HealAsync = Renew,
    };

    private static Fault Missing => new("A certificate file is missing", "the client certificate is removed")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 1),
            Sign.Is(Members, "client_credentials_load_failure", 1, ("reason", "missing")),
            Sign.Is(Certificates, "certificate_file_present", 0, Client),
        ],
        Alerts = ["CertificateFileMissing"],
        InjectAsync = node =>
        {
            File.Delete(node.Member.Node.EtcdPki(ClientCertificate));
            return Task.CompletedTask;
        },
        HealAsync = Renew,
    };

    private static Fault Expired => new("The client certificate expires", "it is replaced by an expired one")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 0),
            Sign.Is(Members, "member_failure", 1, ("reason", "client_certificate_expired")),
            Sign.Is(Members, "client_credentials_load_failure", 1, ("reason", "expired")),
            Sign.IsBelow(Certificates, "certificate_days_left", 0, Client),
        ],
        Alerts = ["CertificateExpiringCritical", "EtcdMemberUnreachable"],
        InjectAsync = node =>
        {
            var now = TimeProvider.System.GetUtcNow();
            Issue(node, now.AddDays(-2), now.AddDays(-1));
            return Task.CompletedTask;
        },
        HealAsync = Renew,
    };

    private static Fault ExpiredServer => new(
        "etcd's certificate expires, or its CA is another one", "files of another cluster, and an expired certificate")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 0),
            Sign.Is(Members, "member_failure", 1, ("reason", "server_certificate_expired")),
        ],
        Alerts = ["ServedCertificateExpiring", "CertificateExpiringCritical"],
        Remark = "A wrong CA is the reason `untrusted_ca`.",
        Test = "CredentialTests.The_wrong_ca_and_an_expired_server_certificate_are_told_apart",
    };

    private static Fault HalfRenewed => new("A certificate is renewed without its key", "the old key is written back")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 1),
            Sign.Is(Members, "client_credentials_load_failure", 1, ("reason", "key_mismatch")),
        ],
        Alerts = ["CertificateUnreadable"],
        Test = "CredentialTests.A_pair_that_is_renewed_by_half_is_said_and_the_old_one_goes_on",
    };

    private static Fault Stale => new(
        "A server keeps its old certificate", "a TLS server that loaded its files before the renewal")
    {
        Signs = [Sign.Is(Certificates, "served_certificate_matches_file", 0)],
        Alerts = ["ComponentRestartNeeded"],
        Test = "RotationTests.A_server_that_keeps_its_old_certificate_is_stale_until_it_is_restarted",
    };

    private static Fault TornManifest => new("etcd's manifest is torn", "the file is cut while the exporter runs")
    {
        Signs = [Sign.Is(Members, "member_up", 1)],
        Remark = "The last valid manifest counts. If there never was one, the poll fails.",
        Test = "DiscoveryTests.A_changed_manifest_is_taken_up_and_a_torn_one_does_not_blind_it",
    };

    private static Fault TornWebConfig => new("`web.config.file` becomes invalid", "an unknown key is added")
    {
        Signs = [Sign.Is("web_config", "web_config_load_success", 0)],
        Alerts = ["SentinelWebConfigFailing"],
        Remark = "The last valid configuration stays in use, so no scrape is refused.",
        Test = "WebInTroubleTests.A_file_that_breaks_later_is_a_metric_and_a_line_and_nobody_is_locked_out",
    };

    private static Task Renew(FaultNode node)
    {
        var now = TimeProvider.System.GetUtcNow();
        Issue(node, now.AddHours(-1), now.AddDays(365));
        return Task.CompletedTask;
    }

    private static void Issue(FaultNode node, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        node.Cluster.Pki.Issue(node.Member.Node, node.Member.Name, Leaf.HealthcheckClient, notBefore, notAfter);
}
