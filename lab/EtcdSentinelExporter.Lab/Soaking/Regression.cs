namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>A straight line through measured values, by least squares.</summary>
/// <param name="MeanTime">Mean of the times.</param>
/// <param name="Mean">Mean of the values.</param>
/// <param name="Slope">Rise of the value in one unit of time.</param>
/// <param name="StandardError">Of the slope; NaN with fewer than three points.</param>
internal sealed record Regression(double MeanTime, double Mean, double Slope, double StandardError)
{
    // Of the autocorrelation: a few points estimate it badly.
    private const double MaxCorrelation = 0.9;

    /// <summary>Fits the line. The standard error is widened by the correlation of neighbours: values of a sawtooth
    /// depend on each other, and count as fewer.</summary>
    /// <param name="points">At least two, in the order of time, at different times.</param>
    public static Regression Of(IReadOnlyList<(double Time, double Value)> points)
    {
        var (time, value) = (points.Average(one => one.Time), points.Average(one => one.Value));
        var squares = points.Sum(one => Square(one.Time - time));
        var slope = points.Sum(one => (one.Time - time) * (one.Value - value)) / squares;
        double[] rests = [.. points.Select(one => one.Value - value - (slope * (one.Time - time)))];
        var error = points.Count < 3 ? double.NaN : Math.Sqrt(rests.Sum(Square) / (points.Count - 2) / squares);
        var correlation = Math.Clamp(Correlation(rests), 0, MaxCorrelation);
        return new(time, value, slope, error * Math.Sqrt((1 + correlation) / (1 - correlation)));
    }

    /// <summary>Means of spans of equal length: time and value of each span that has points.</summary>
    public static IReadOnlyList<(double Time, double Value)> Means(
        IReadOnlyList<(double Time, double Value)> points, int spans)
    {
        var (from, to) = (points[0].Time, points[^1].Time);
        return
        [
            .. points.GroupBy(one => Math.Min(spans - 1, (int)((one.Time - from) / (to - from) * spans)))
                .Select(span => (span.Average(one => one.Time), span.Average(one => one.Value))),
        ];
    }

    /// <summary>The value of the line.</summary>
    public double At(double time) => Mean + (Slope * (time - MeanTime));

    private static double Correlation(double[] rests) => rests.Sum(Square) is > 0 and var all
        ? rests.Zip(rests.Skip(1), (one, next) => one * next).Sum() / all
        : 0;

    private static double Square(double value) => value * value;
}
