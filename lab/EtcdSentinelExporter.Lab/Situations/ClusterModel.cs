using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>A function of the time since the beginning, in seconds.</summary>
internal delegate T At<out T>(double seconds);

/// <summary>A cluster as Prometheus sees it. Everything is healthy until a situation says otherwise.</summary>
internal sealed record ClusterModel
{
    /// <summary>Label <c>cluster</c>; empty for none.</summary>
    public string Cluster { get; init; } = "prod";

    public ImmutableArray<NodeModel> Nodes { get; init; } = [new(1), new(2), new(3)];

    public bool HasNodeLabel { get; init; } = true;

    public bool HasPort { get; init; } = true;

    /// <summary>Labels that distinguish two Prometheus servers that scrape the same.</summary>
    public ImmutableArray<string> Replicas { get; init; } = [""];

    /// <summary>True if etcd runs elsewhere: each exporter polls all members.</summary>
    public bool IsExternal { get; init; }

    public At<string> ClusterId { get; init; } = _ => "c0ffee";

    public At<double> Voters { get; init; } = _ => 3;

    /// <summary>Elections until then.</summary>
    public At<double> Term { get; init; } = _ => 7;

    /// <summary>Seconds since the last compaction.</summary>
    public At<double> SinceCompaction { get; init; } = seconds => seconds % 300;

    /// <summary>True if an API server renews leases, and Prometheus scrapes it.</summary>
    public At<bool?> RenewsLeases { get; init; } = _ => true;

    /// <summary>True while the critical KubeAPIErrorBudgetBurn fires.</summary>
    public At<bool> Burns { get; init; } = _ => false;

    /// <summary>True if a consistent read works.</summary>
    public At<bool> HasQuorum { get; init; } = _ => true;

    public bool HasNoSpace { get; init; }
}
