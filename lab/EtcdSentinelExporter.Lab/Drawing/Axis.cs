using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Drawing;

/// <summary>A range of values and the round numbers in it.</summary>
internal sealed record Axis(double From, double To, bool IsLogarithmic)
{
    private const double Ticks = 4;
    private const double Few = 2;
    private static readonly double[] s_steps = [1, 2, 5, 10];

    /// <summary>The range of some values. NaN and, on a logarithmic axis, 0 are left out.</summary>
    /// <param name="fromZero">True to begin at 0 or, if it is logarithmic, at a power of ten.</param>
    public static Axis Of(IEnumerable<double> values, bool isLogarithmic, bool fromZero)
    {
        double[] all = [.. values.Where(value => double.IsFinite(value) && (value > 0 || !isLogarithmic))];
        var (least, most) = all.Length == 0 ? (0, 1) : (all.Min(), all.Max());
        if (isLogarithmic && all.Length == 0)
            least = 0.1;
        if (fromZero && isLogarithmic)
            (least, most) = (Math.Pow(10, Math.Floor(Math.Log10(least))), Math.Pow(10, Math.Ceiling(Math.Log10(most))));
        else if (fromZero)
            (least, most) = (Math.Min(0, least), most * 1.05);
        return new(least, most > least ? most : least + 1, isLogarithmic);
    }

    /// <summary>Where a value lies, from 0 to 1.</summary>
    public double Share(double value) => IsLogarithmic
        ? Math.Log(Math.Max(value, From) / From) / Math.Log(To / From)
        : (value - From) / (To - From);

    /// <summary>Round numbers: four or so, or powers of ten.</summary>
    public ImmutableArray<double> Round()
    {
        var step = IsLogarithmic ? 0 : Step();
        return
        [
            .. IsLogarithmic
                ? Enumerable.Range(-9, 20).SelectMany(Multiples).Where(IsWithin)
                : Enumerable.Range(0, 20).Select(number => (Math.Ceiling(From / step) + number) * step).Where(IsWithin),
        ];
    }

    // 2 and 5 too where few powers are within.
    private IEnumerable<double> Multiples(int power) =>
        s_steps[..(Math.Log10(To / From) < Few ? 3 : 1)].Select(step => step * Math.Pow(10, power));

    private bool IsWithin(double value) => value >= From && value <= To;

    private double Step()
    {
        var rough = (To - From) / Ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return Array.Find(s_steps, step => step * power >= rough) * power;
    }
}
