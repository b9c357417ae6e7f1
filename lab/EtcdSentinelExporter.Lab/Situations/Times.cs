namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Conditions on the time, for situations.</summary>
internal static class Times
{
    public const double Minute = 60;
    public const double Hour = 3600;
    public const double Day = 86400;

    /// <summary>True from then on, for so long; by default to the end.</summary>
    public static bool In(double seconds, double from, double length = double.MaxValue) =>
        seconds >= from && seconds < from + length;

    /// <summary>True for so long at the end of each period.</summary>
    public static bool Each(double seconds, double period, double length) => seconds % period >= period - length;

    public static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);
}
