using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Etcd;

/// <summary>What a histogram of etcd's counted within a window.</summary>
/// <param name="Buckets">Upper bounds in seconds, rising, and how many observations were at or below each.</param>
/// <param name="Count">All observations, also those above the last bound; more than 0.</param>
internal sealed record WindowHistogram(ImmutableArray<(double UpTo, double Cumulative)> Buckets, double Count)
{
    /// <summary>The time that a share of the observations did not exceed, in seconds, as <c>histogram_quantile</c> has
    /// it.</summary>
    /// <remarks>Within the bucket that it falls into, observations are taken to lie evenly (linear interpolation), from
    /// 0 in the first one; beyond the last bound there is nothing to interpolate, and that bound is the answer: «at
    /// least».</remarks>
    /// <param name="share">From 0 to 1: 0.99 for the 99th percentile.</param>
    public double Quantile(double share)
    {
        var rank = share * Count;
        var (from, below) = (0.0, 0.0);
        foreach (var (upTo, cumulative) in Buckets)
        {
            if (cumulative >= rank && cumulative > below)
                return from + ((upTo - from) * Math.Max(0, rank - below) / (cumulative - below));
            (from, below) = (upTo, cumulative);
        }
        return from;
    }

    /// <summary>Share of the observations that took longer, exactly; <see langword="null"/> when the histogram has no
    /// such bound.</summary>
    public double? ShareAbove(double seconds)
    {
        foreach (var (upTo, cumulative) in Buckets)
        {
            if (Math.Abs(upTo - seconds) < 1e-9)
                return (Count - cumulative) / Count;
        }
        return null;
    }

    /// <summary>The bounds and values of one histogram, as the page has them.</summary>
    /// <param name="buckets">The <c>_bucket</c> samples of one label set, the last being <c>+Inf</c>.</param>
    /// <returns><see langword="null"/> when they are no histogram.</returns>
    public static ImmutableSortedDictionary<double, double>? Read(IEnumerable<MetricsSample> buckets)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<double, double>();
        foreach (var bucket in buckets)
        {
            if (Bound(bucket) is not { } upTo || !double.IsFinite(bucket.Value) || !read.TryAdd(upTo, bucket.Value))
                return null;
        }
        return read.ContainsKey(double.PositiveInfinity) ? read.ToImmutable() : null;
    }

    private static double? Bound(MetricsSample bucket) => bucket.Labels.GetValueOrDefault("le") switch
    {
        "+Inf" => double.PositiveInfinity,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
            && double.IsFinite(bound) => bound,
        _ => null,
    };
}
