using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Pressure stall information (PSI) for I/O of the whole node: <c>/proc/pressure/io</c>.</summary>
/// <param name="Waiting">Time since boot in which at least one task waited.</param>
/// <param name="Stalled">Time since boot in which all non-idle tasks waited.</param>
/// <param name="StalledRatio">Share of the last ten seconds that was <paramref name="Stalled"/>, 0 to 1.</param>
internal sealed record IoPressure(TimeSpan? Waiting, TimeSpan? Stalled, double? StalledRatio)
{
    private const int MaxFileBytes = 4096;

    // 100 years in microseconds: a larger value is invalid.
    private const long MaxMicroseconds = 3_155_760_000_000_000;

    /// <returns>Share of the last ten seconds in which all tasks waited, 0 to 1; <see langword="null"/> if the kernel
    /// does not measure it.</returns>
    public static double? Read(HostFiles proc) => ReadAll(proc)?.StalledRatio;

    /// <returns><see langword="null"/> if the kernel does not measure it.</returns>
    public static IoPressure? ReadAll(HostFiles proc)
    {
        try
        {
            return Parse(proc.ReadText("/pressure/io", MaxFileBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Documentation/accounting/psi.rst. Missing or invalid values are <see langword="null"/>.</summary>
    public static IoPressure Parse(string text) =>
        new(Total(text, "some"), Total(text, "full"), Percent(Word(text, "full", "avg10=")) / 100);

    private static TimeSpan? Total(string text, string line) =>
        long.TryParse(Word(text, line, "total="), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds <= MaxMicroseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private static double? Percent(ReadOnlySpan<char> word) =>
        double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100
            ? percent
            : null;

    /// <summary>Returns the text after the key; empty if the key is missing.</summary>
    private static ReadOnlySpan<char> Word(string text, string name, string key)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal))
                continue;
            foreach (var range in line.Split(' '))
            {
                if (line[range].StartsWith(key, StringComparison.Ordinal))
                    return line[range][key.Length..];
            }
        }
        return [];
    }
}
