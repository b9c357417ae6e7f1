using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The labels of <c>etcd_config_info</c>: named like etcd's flags, with the values as set.</summary>
internal static class EtcdConfigLabels
{
    private static readonly ImmutableArray<(string Name, Func<EtcdInstallation, string?> Value)> All =
    [
        ("installation", told => told.Kind),
        ("path", told => told.Source),
        ("config_file", told => told.ConfigFile),
        ("member", told => told.Name),
        ("data_dir", told => told.DataDir),
        ("wal_dir", told => told.WalDir),
        ("quota_backend_bytes", told => Number(told.QuotaBytes)),
        ("auto_compaction_mode", told => told.AutoCompactionMode),
        ("auto_compaction_retention", told => told.AutoCompactionRetention),
        ("metrics", told => told.MetricsLevel),
        ("listen_metrics_urls", told => string.Join(',', told.ListenMetricsUrls)),
        ("client_cert_auth", told => told.ClientCertAuth ? "true" : "false"),
        ("snapshot_count", told => Number(told.SnapshotCount)),
        ("heartbeat_interval_ms", told => Number((long?)told.HeartbeatInterval?.TotalMilliseconds)),
        ("election_timeout_ms", told => Number((long?)told.ElectionTimeout?.TotalMilliseconds)),
        ("feature_gates", told => told.FeatureGates),
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(label => label.Name)];

    /// <summary>Returns one value per name; empty for an option that is not set.</summary>
    public static string[] Of(EtcdInstallation told) => [.. All.Select(label => label.Value(told) ?? "")];

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}
