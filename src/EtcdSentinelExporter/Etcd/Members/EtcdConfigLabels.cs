using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The labels of <c>etcd_config_info</c>: named like etcd's flags, with the values as set.</summary>
internal static class EtcdConfigLabels
{
    private static readonly ImmutableArray<(string Name, Func<EtcdInstallation, string?> Value)> All =
    [
        ("installation", installation => installation.Kind),
        ("path", installation => installation.Source),
        ("config_file", installation => installation.ConfigFile),
        ("member", installation => installation.Name),
        ("data_dir", installation => installation.DataDir),
        ("wal_dir", installation => installation.WalDir),
        ("quota_backend_bytes", installation => Number(installation.QuotaBytes)),
        ("auto_compaction_mode", installation => installation.AutoCompactionMode),
        ("auto_compaction_retention", installation => installation.AutoCompactionRetention),
        ("metrics", installation => installation.MetricsLevel),
        ("listen_metrics_urls", installation => string.Join(',', installation.ListenMetricsUrls)),
        ("client_cert_auth", installation => installation.ClientCertAuth ? "true" : "false"),
        ("snapshot_count", installation => Number(installation.SnapshotCount)),
        ("heartbeat_interval_ms", installation => Number((long?)installation.HeartbeatInterval?.TotalMilliseconds)),
        ("election_timeout_ms", installation => Number((long?)installation.ElectionTimeout?.TotalMilliseconds)),
        ("feature_gates", installation => installation.FeatureGates),
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(label => label.Name)];

    /// <summary>Returns one value per name; empty for an option that is not set.</summary>
    public static string[] Of(EtcdInstallation installation) =>
        [.. All.Select(label => label.Value(installation) ?? "")];

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}
