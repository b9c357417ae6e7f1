using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>A whole situation of clusters, and the alerts that it must and may cause.</summary>
/// <param name="Name">Words with dashes; also the name of its file.</param>
/// <param name="Story">One sentence: what happens.</param>
/// <param name="Step">Interval of scrapes and evaluations.</param>
/// <param name="Length">Duration.</param>
/// <param name="Clusters">Everything that Prometheus scrapes.</param>
internal sealed record Situation(
    string Name, string Story, TimeSpan Step, TimeSpan Length, ImmutableArray<ClusterModel> Clusters)
{
    /// <summary>Names of all alerts that fire at any time; no other may.</summary>
    public ImmutableArray<string> Fires { get; init; } = [];

    /// <summary>Pages, with the latest moment at which each must fire.</summary>
    public ImmutableArray<(string Alert, TimeSpan At)> Pages { get; init; } = [];

    /// <summary>False while scrapes fail; seconds since the beginning.</summary>
    public Func<double, bool> IsScraped { get; init; } = _ => true;

    /// <summary>False while Prometheus itself is away.</summary>
    public Func<double, bool> IsWatched { get; init; } = _ => true;
}
