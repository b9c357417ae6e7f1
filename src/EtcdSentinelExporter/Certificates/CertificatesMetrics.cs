using System.Collections.Immutable;
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

    private static readonly Subject<CertificatesReading, Certificate> Certificates = new(
        reading => reading.Files.SelectMany(
            file => file.Certificates.Select(one => new Certificate(file, one, reading.At))),
        ["name", "kind", "path", "index"],
        one => [Name(one.File), one.Of.Kind, PathOf(one.File), one.Of.Index.ToString(CultureInfo.InvariantCulture)]);

    private static readonly Subject<CertificatesReading, ServedReading> Served = new(
        reading => reading.Served, ["listener", "address"],
        served => [CertificateFacts.Shown(served.Listener.Name), served.Listener.Address]);

    private static readonly Subject<CertificatesReading, RestartReading> Restarts = new(
        reading => reading.Restarts, ["component", "name", "path"],
        restart => [restart.Component, Name(restart.File), PathOf(restart.File)]);

    public static ImmutableArray<MetricFamily<CertificatesReading>> Families { get; } =
        [.. OfCertificates(), .. OfFiles(), .. OfServed(), .. OfComponents(), LeftOut()];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfCertificates() =>
    [
        Certificates.Gauge("etcd_sentinel_certificate_not_after_timestamp_seconds",
            "When the certificate ends, as Unix time. kind is leaf, ca, or chain (a copy of an issuer beside a leaf).",
            one => (DateTimeOffset?)one.Of.Facts.NotAfter),

        Certificates.Gauge("etcd_sentinel_certificate_not_before_timestamp_seconds",
            "When the certificate begins, as Unix time. kubeadm gives a leaf the begin of its CA: "
            + "it does not say when it was renewed.",
            one => (DateTimeOffset?)one.Of.Facts.NotBefore),

        Certificates.Gauge("etcd_sentinel_certificate_days_left",
            "Days until the certificate ends, by the exporter's clock at its last poll; negative once it has ended.",
            one => (double?)(one.Of.Facts.NotAfter - one.At).TotalDays),

        Certificates.Info("etcd_sentinel_certificate_info",
            "Which certificate it is; always 1. Names are empty where there is none, and cut after 128 characters.",
            ["subject_cn", "issuer_cn", "serial", "sha256"],
            one => [one.Of.Facts.SubjectName, one.Of.Facts.IssuerName, one.Of.Facts.Serial, one.Of.Facts.Sha256]),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfFiles() =>
    [
        new Subject<CertificatesReading, FileReading>(
            reading => reading.Files, ["name", "path", "required"],
            file => [Name(file), PathOf(file), file.IsRequired ? "true" : "false"])
            .Gauge("etcd_sentinel_certificate_file_present",
                "Whether an expected file is there (1) or not (0). Required are those that a component on this node "
                + "needs, or a setting names. Absent where the folder cannot be looked into.",
                file => file.IsPresent),

        Files.Gauge("etcd_sentinel_certificate_load_success",
            "Whether all of the file could be read (1) or not (0). Absent for a file that may be missing, and is.",
            file => file.IsLoaded),

        Files.Each(file => file.Problems.Select(problem => problem.Reason).Distinct(StringComparer.Ordinal),
                ["reason"], reason => [reason])
            .Gauge("etcd_sentinel_certificate_load_error",
                "1 under each reason why not all of the file could be read, or why its key does not fit it. Absent "
                + "while there is none.",
                (Func<(FileReading Of, string Part), bool?>)(_ => true)),

        Files.Gauge("etcd_sentinel_certificate_file_modified_timestamp_seconds",
            "When the file changed last, as Unix time; of the file that links lead to. Absent while it cannot be read.",
            file => file.ModifiedAt),

        Files.Each(
                file => file.IssuedBy is { } by ? [by] : Array.Empty<(string CaFile, bool Holds)>(),
                ["ca"], by => [Cut(by.CaFile)])
            .Gauge("etcd_sentinel_certificate_issued_by_ca_file",
                "Whether the file's leaf was signed by a CA of the file that it belongs to (1) or not (0), whatever "
                + "the time is. Absent where no such file is known, or one of the two cannot be read.",
                by => (bool?)by.Part.Holds),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfServed() =>
    [
        Served.Gauge("etcd_sentinel_served_certificate_probe_success",
            "Whether the listener showed its certificate in the last handshake (1) or not (0).",
            served => served.Leaf is not null),

        Served.Gauge("etcd_sentinel_served_certificate_not_before_timestamp_seconds",
            "When the served certificate begins, as Unix time. Absent while no handshake succeeds.",
            served => served.Leaf?.NotBefore),

        Served.Gauge("etcd_sentinel_served_certificate_not_after_timestamp_seconds",
            "When the served certificate ends, as Unix time. Absent while no handshake succeeds.",
            served => served.Leaf?.NotAfter),

        Served.Info("etcd_sentinel_served_certificate_info",
            "Which certificate is served; always 1. Absent while no handshake succeeds.",
            ["subject_cn", "issuer_cn", "serial", "sha256"],
            served => served.Leaf is { } leaf ? [leaf.SubjectName, leaf.IssuerName, leaf.Serial, leaf.Sha256] : null),

        Served.Each(
                served => served.File is { } file
                    ? [(File: file, served.MatchesFile)]
                    : Array.Empty<(FileReading File, bool? MatchesFile)>(),
                ["name"], compared => [Name(compared.File)])
            .Gauge("etcd_sentinel_served_certificate_matches_file",
                "Whether the listener serves the leaf that is in its file (1), or another: renewed on disk, not yet "
                + "served (0). Absent where no file is known, as for certificates that are made in memory.",
                compared => compared.Part.MatchesFile),
    ];

    private static ImmutableArray<MetricFamily<CertificatesReading>> OfComponents() =>
    [
        new Subject<CertificatesReading, ComponentReading>(
            reading => reading.Components, ["component"], component => [component.Name])
            .Gauge("etcd_sentinel_component_start_timestamp_seconds",
                "When the component's process started, as Unix time. Absent where the node's processes are "
                + "not visible (hostPID).",
                component => (DateTimeOffset?)component.StartedAt),

        Restarts.Gauge("etcd_sentinel_component_restart_needed",
            "Whether a file that the component reads only when it starts changed after it had started (1) or not (0). "
            + "Absent where either time is not known.",
            restart => (bool?)restart.IsNeeded),
    ];

    private static MetricFamily<CertificatesReading> LeftOut() =>
        new Subject<CertificatesReading, (string What, int Count)>(
            reading => [("files", reading.LeftOut.Files), ("certificates", reading.LeftOut.Certificates)],
            ["what"], left => [left.What])
            .Gauge("etcd_sentinel_certificates_left_out",
                "Files and certificates that are not looked at or not shown: only 1000 files and 2000 certificates are "
                + "read, and 1000 folders of a pattern.",
                left => (double?)left.Count);

    private static string Name(FileReading file) => CertificateFacts.Shown(file.Name);

    private static string PathOf(FileReading file) => Cut(file.Path);

    private static string Cut(string path) => DisplayText.Distinct(path, MaxPathLength);

    private sealed record Certificate(FileReading File, CertificateReading Of, DateTimeOffset At);
}
