using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>How much the whole node stood still because of its disks: <c>/proc/pressure/io</c>.</summary>
/// <param name="Waiting">Since the start of the node: at least one task waited.</param>
/// <param name="Stalled">Since the start of the node: no task but those that waited could run.</param>
/// <param name="StalledRatio">Share of the last ten seconds that was <paramref name="Stalled"/>, 0 to 1.</param>
internal sealed record IoPressure(TimeSpan? Waiting, TimeSpan? Stalled, double? StalledRatio)
{
    private const int MaxFileBytes = 4096;

    // 100 years in microseconds: more is no time that a node was up.
    private const long Longest = 3_155_760_000_000_000;

    /// <returns>Share of the last ten seconds, 0 to 1; <see langword="null"/> where the kernel does not measure
    /// it.</returns>
    public static double? Read(HostFiles proc) => ReadAll(proc)?.StalledRatio;

    /// <returns><see langword="null"/> where the kernel does not measure it.</returns>
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

    /// <summary>Documentation/accounting/psi.rst. What is not there or makes no sense is not known.</summary>
    public static IoPressure Parse(string text) =>
        new(Total(text, "some"), Total(text, "full"), Percent(Word(text, "full", "avg10=")) / 100);

    private static TimeSpan? Total(string text, string line) =>
        long.TryParse(Word(text, line, "total="), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds <= Longest
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private static double? Percent(ReadOnlySpan<char> word) =>
        double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100
            ? percent
            : null;

    /// <summary>What stands behind the key; empty where it does not stand there.</summary>
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
