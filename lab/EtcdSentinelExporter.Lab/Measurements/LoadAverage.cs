using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>How busy this machine is.</summary>
internal static class LoadAverage
{
    /// <summary>The load average of the last minute.</summary>
    public static double Now => double.Parse(
        File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
