using System.Globalization;

namespace EtcdSentinelExporter.Exposition;

/// <summary>Numbers as both formats spell them, whatever the culture.</summary>
internal static class Number
{
    /// <summary>The shortest text that reads back as the same number.</summary>
    public static string Value(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The value of a <c>le</c> label, which is a name: 1 and 1.0 would be two series.</summary>
    /// <remarks>OpenMetrics wants 1.0 where the older format would also take 1: one spelling serves both. Spelt as
    /// Prometheus 3 spells what it reads.</remarks>
    public static string Bound(double bound) => Math.Abs(bound) switch
    {
        double.PositiveInfinity => Value(bound),
        >= 1e6 or > 0 and < 1e-4 => bound.ToString("0.##############e+00", CultureInfo.InvariantCulture),
        _ when double.IsInteger(bound) => bound.ToString("0.0", CultureInfo.InvariantCulture),
        _ => Value(bound),
    };
}
