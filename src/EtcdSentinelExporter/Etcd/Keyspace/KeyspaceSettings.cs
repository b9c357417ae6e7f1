using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Keyspace;

internal static class KeyspaceSettings
{
    public static readonly CollectorSettings Common = new(KeyspaceCollector.Name, every: "10m", timeout: "30s");

    public static readonly Setting<string?> Root = new("keyspace.root",
        "Prefix of kube-apiserver's keys, its `--etcd-prefix`. If not set, it is read from the static pod manifest or "
        + "the process of kube-apiserver on this node, and `/registry` and OpenShift's prefixes are tried.", "",
        text => ApiServerRoots.Normalize(SettingParsers.Text(text)));

    public static ImmutableArray<Setting> All { get; } = [.. Common.All, Root];
}

/// <summary>Timeouts of the keyspace collector that no setting changes.</summary>
internal sealed record KeyspaceTimeouts
{
    /// <summary>Timeout of one call. A count of a million keys takes some hundred milliseconds.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time in which the durations of commits are measured before a count.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which the last counts are no longer shown although new ones are skipped.</summary>
    public TimeSpan KeepCounts { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Registered by a command that runs once: it counts on any follower, at once.</summary>
internal sealed record OneShotKeyspace;
