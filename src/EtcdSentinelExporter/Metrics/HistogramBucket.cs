namespace EtcdSentinelExporter.Metrics;

/// <summary>The observations between two bounds, in the form that prometheus-net accepts: one value, repeated
/// <paramref name="Count"/> times.</summary>
/// <param name="Count">Number of observations.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Mean">Their mean, within the bounds; 0 without observations.</param>
internal readonly record struct HistogramBucket(long Count, double Sum, double Mean)
{
    /// <summary>The bucket's share of <c>_sum</c> on the page: <see cref="Sum"/>, except for rounding.</summary>
    public double Total => Mean * Count;

    /// <param name="smallest">Smallest value of the bucket.</param>
    /// <param name="largest">Largest value of the bucket.</param>
    public HistogramBucket Add(double value, double smallest, double largest)
    {
        var (count, sum) = (Count + 1, Sum + value);
        // A mean that is rounded to outside its bounds would be counted in another bucket.
        var mean = Math.Clamp(sum / count, smallest, largest);
        // Rounding may make the product a few units in the last place smaller than before. Prometheus would treat that
        // as a counter reset, and add the whole sum to the rate. The largest mean never needs this.
        while (mean * count < Total)
            mean = Math.BitIncrement(mean);
        return new(count, sum, mean);
    }
}
