using System.Globalization;

namespace EtcdSentinelExporter.Node;

/// <summary>How much of the last ten seconds the whole node stood still because of its disks.</summary>
internal static class IoPressure
{
    private const int LargestFile = 4096;
    private const string Key = "full avg10=";

    /// <returns>0 to 1; <see langword="null"/> where the kernel does not measure it.</returns>
    public static double? Read(HostFiles proc)
    {
        try
        {
            return Parse(proc.ReadText("/pressure/io", LargestFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static double? Parse(string text) =>
        text.IndexOf(Key, StringComparison.Ordinal) is >= 0 and var at
        && double.TryParse(
            text[(at + Key.Length)..].Split(' ', 2)[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            ? percent / 100
            : null;
}
