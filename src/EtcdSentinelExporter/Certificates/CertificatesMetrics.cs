using System.Globalization;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates;

internal static class CertificatesMetrics
{
    // PATH_MAX is 4096, and a label is repeated in every series.
    private const int MaxPathLength = 256;

    private static readonly Subject<CertificatesReading, FileReading> Files = new(
        reading => reading.Files, ["name", "path"], file => [Name(file), PathOf(file)]);

    private static readonly Subject<CertificatesReading, CertificateRow> Certificates = new(
        reading => reading.Files.SelectMany(
            file => file.Certificates.Select(certificate => new CertificateRow(file, certificate, reading.At))),
        ["name", "kind", "path", "index"],
        row =>
        [
            Name(row.File), row.Certificate.Kind, PathOf(row.File),
            row.Certificate.Index.ToString(CultureInfo.InvariantCulture),
        ]);

    private static readonly Subject<CertificatesReading, ServedReading> Served = new(
        reading => reading.Served, ["listener", "address"],
        served => [CertificateFacts.DisplayName(served.Listener.Name), served.Listener.Address]);

    private static readonly Subject<CertificatesReading, RestartReading> Restarts = new(
        reading => reading.Restarts, ["component", "name", "path"],
        restart => [restart.Component, Name(restart.File), PathOf(restart.File)]);

    public static ImmutableArray<MetricFamily<CertificatesReading>> Families { get; } =
        [.. OfCertificates(), .. OfFiles(), .. OfServed(), .. OfComponents(), LeftOut()];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfCertificates() =>
    [
        Certificates.Gauge("etcd_sentinel_certificate_not_after_timestamp_seconds",
            "Time when the certificate expires, as Unix time. kind is leaf, ca, chain (a copy of an issuer next to a "
            + "leaf), self_signed (made by kubelet for itself) or ca_unused (issued no certificate of the node, and "
            + "another CA of the file did).",
            row => (DateTimeOffset?)row.Certificate.Facts.NotAfter),

        Certificates.Gauge("etcd_sentinel_certificate_not_before_timestamp_seconds",
            "Time when the certificate becomes valid, as Unix time. kubeadm copies the CA's notBefore, so it is not "
            + "the renewal time.",
            row => (DateTimeOffset?)row.Certificate.Facts.NotBefore),

        Certificates.Gauge("etcd_sentinel_certificate_days_left",
            "Days until the certificate expires, by the exporter's clock at its last poll; negative after expiry.",
            row => (double?)(row.Certificate.Facts.NotAfter - row.At).TotalDays),

        Certificates.Info("etcd_sentinel_certificate_info",
            "Identity of the certificate; always 1. Missing names are empty; names are cut after 128 characters.",
            ["subject_cn", "issuer_cn", "serial", "sha256"],
            row => Identity(row.Certificate.Facts)),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfFiles() =>
    [
        new Subject<CertificatesReading, FileReading>(
            reading => reading.Files, ["name", "path", "required"],
            file => [Name(file), PathOf(file), file.IsRequired ? "true" : "false"])
            .Gauge("etcd_sentinel_certificate_file_present",
                "1 if an expected file exists, 0 if not. required is true for files that a component on this node "
                + "needs or a setting names. Absent if the folder cannot be read.",
                file => file.IsPresent),

        Files.Gauge("etcd_sentinel_certificate_load_success",
            "1 if the whole file could be read, 0 if not. Absent for a missing file that is not required.",
            file => file.IsLoaded),

        Files.Each(file => file.Problems.Select(problem => problem.Reason).Distinct(StringComparer.Ordinal),
                ["reason"], reason => [reason])
            .Gauge("etcd_sentinel_certificate_load_error",
                "1 for each reason why the file could not be read completely, or why its key does not match. Absent "
                + "without a problem.",
                (Func<(FileReading Of, string Part), bool?>)(_ => true)),

        Files.Gauge("etcd_sentinel_certificate_file_modified_timestamp_seconds",
            "Time of the file's last change, as Unix time; for a link, of its target. Absent while it cannot be read.",
            file => file.ModifiedAt),

        Files.Each(
                file => file.IssuedBy is { } by ? [by] : Array.Empty<(string CaFile, bool IsValid)>(),
                ["ca"], by => [Cut(by.CaFile)])
            .Gauge("etcd_sentinel_certificate_issued_by_ca_file",
                "1 if the file's leaf was signed by a CA in its CA file, 0 if not; validity periods are ignored. "
                + "Absent if the CA file is unknown, or one of the two cannot be read.",
                by => (bool?)by.Part.IsValid),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfServed() =>
    [
        Served.Gauge("etcd_sentinel_served_certificate_probe_success",
            "1 if the listener presented its certificate in the last handshake, 0 if not.",
            served => served.Leaf is not null),

        Served.Gauge("etcd_sentinel_served_certificate_not_before_timestamp_seconds",
            "Time when the served certificate becomes valid, as Unix time. Absent while no handshake succeeds.",
            served => served.Leaf?.NotBefore),

        Served.Gauge("etcd_sentinel_served_certificate_not_after_timestamp_seconds",
            "Time when the served certificate expires, as Unix time. Absent while no handshake succeeds.",
            served => served.Leaf?.NotAfter),

        Served.Info("etcd_sentinel_served_certificate_info",
            "Identity of the served certificate; always 1. kind is leaf, or self_signed (made by kubelet for itself). "
            + "Absent while no handshake succeeds.",
            ["kind", "subject_cn", "issuer_cn", "serial", "sha256"],
            served => served.Leaf is { } leaf ? [served.Kind, .. Identity(leaf)] : null),

        Served.Each(
                served => served.File is { } file
                    ? [(File: file, served.MatchesFile)]
                    : Array.Empty<(FileReading File, bool? MatchesFile)>(),
                ["name"], compared => [Name(compared.File)])
            .Gauge("etcd_sentinel_served_certificate_matches_file",
                "1 if the listener serves the leaf in its file, 0 if another: renewed on disk, not yet served. Absent "
                + "if no file is known, as for certificates that are created in memory.",
                compared => compared.Part.MatchesFile),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfComponents() =>
    [
        new Subject<CertificatesReading, ComponentReading>(
            reading => reading.Components, ["component"], component => [component.Name])
            .Gauge("etcd_sentinel_component_start_timestamp_seconds",
                "Start time of the component's process, as Unix time. Absent if the node's processes are not visible "
                + "(hostPID).",
                component => (DateTimeOffset?)component.StartedAt),

        Restarts.Gauge("etcd_sentinel_component_restart_needed",
            "1 if a file that the component reads only at startup changed after its start, 0 if not. Absent if either "
            + "time is unknown.",
            restart => (bool?)restart.IsNeeded),
    ];

    private static MetricFamily<CertificatesReading> LeftOut() =>
        new Subject<CertificatesReading, (string What, int Count)>(
            reading => [("files", reading.LeftOut.Files), ("certificates", reading.LeftOut.Certificates)],
            ["what"], left => [left.What])
            .Gauge("etcd_sentinel_certificates_left_out",
                "Number of files and certificates skipped because of a limit: at most 1000 files, 2000 certificates "
                + "and 1000 folders per pattern are read.",
                left => (double?)left.Count);

    private static string[] Identity(CertificateFacts facts) =>
        [facts.SubjectName, facts.IssuerName, facts.Serial, facts.Sha256];

    private static string Name(FileReading file) => CertificateFacts.DisplayName(file.Name);

    private static string PathOf(FileReading file) => Cut(file.Path);

    private static string Cut(string path) => DisplayText.Distinct(path, MaxPathLength);

    private sealed record CertificateRow(FileReading File, CertificateReading Certificate, DateTimeOffset At);
}
