using EtcdSentinelExporter.Etcd.Page;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>A histogram of etcd's metrics page: cumulative counts since etcd started.</summary>
/// <param name="Buckets">Upper bound in seconds and cumulative count, ascending; the last bound is infinite.</param>
internal sealed record LatencyCounts(ImmutableArray<(double UpperBound, double Count)> Buckets)
{
    public double Total => Buckets is [.., var last] ? last.Count : 0;

    /// <returns><see langword="null"/> if the page does not contain the histogram.</returns>
    public static LatencyCounts? Of(MetricsPage page, string family)
    {
        ImmutableArray<(double UpperBound, double Count)> buckets =
        [
            .. page.Of($"{family}_bucket")
                .Select(sample => (UpperBound: Bound(sample.Labels.GetValueOrDefault("le")), Count: sample.Value))
                .Where(bucket => !double.IsNaN(bucket.UpperBound) && double.IsFinite(bucket.Count))
                .OrderBy(bucket => bucket.UpperBound),
        ];
        return buckets is [_, .., (double.PositiveInfinity, _)] ? new(buckets) : null;
    }

    /// <returns>The observations since <paramref name="before"/>; <see langword="null"/> if the two have other buckets,
    /// or the counts decreased because etcd restarted.</returns>
    public LatencyCounts? Since(LatencyCounts before)
    {
        if (!Buckets.Select(bucket => bucket.UpperBound).SequenceEqual(before.Buckets.Select(b => b.UpperBound)))
            return null;
        ImmutableArray<(double UpperBound, double Count)> grown =
            [.. Buckets.Zip(before.Buckets, (now, then) => (now.UpperBound, now.Count - then.Count))];
        return grown.Any(bucket => bucket.Count < 0) ? null : new(grown);
    }

    /// <summary>The quantile as Prometheus' <c>histogram_quantile</c> estimates it, and the bucket that it is
    /// in.</summary>
    /// <param name="share">0 to 1.</param>
    /// <returns><see langword="null"/> without observations.</returns>
    public LatencyQuantile? Quantile(double share)
    {
        var rank = share * Total;
        var at = Buckets.ToList().FindIndex(bucket => bucket.Count >= rank);
        if (Total <= 0 || at < 0)
            return null;
        var (lower, below) = at == 0 ? (0, 0) : Buckets[at - 1];
        var (upper, count) = Buckets[at];
        var seconds = double.IsInfinity(upper) ? lower : lower + ((upper - lower) * (rank - below) / (count - below));
        return new(seconds, lower, upper, AtLeast: Total - below);
    }

    private static double Bound(string? text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        _ => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var bound)
            ? bound
            : double.NaN,
    };
}

/// <param name="Seconds">Estimate, interpolated within the bucket.</param>
/// <param name="LowerBound">Lower bound of the bucket in seconds.</param>
/// <param name="UpperBound">Upper bound of the bucket in seconds; may be infinite.</param>
/// <param name="AtLeast">Number of observations in this bucket and the higher ones.</param>
internal sealed record LatencyQuantile(double Seconds, double LowerBound, double UpperBound, double AtLeast);
