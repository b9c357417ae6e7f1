using System.Globalization;

namespace EtcdSentinelExporter.Text;

/// <summary>Writes sizes for people.</summary>
internal static class ByteText
{
    /// <summary>In the unit that makes it short, as etcdctl and df print it: <c>2.1 GiB</c>.</summary>
    public static string Of(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; Math.Abs(bytes) >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return $"{bytes.ToString(unit == 0 ? "0" : "0.#", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
