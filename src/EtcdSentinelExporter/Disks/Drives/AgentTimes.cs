namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Points in time and durations in smart-agent's files, in seconds.</summary>
internal static class AgentTimes
{
    private const double FirstSecond = -62_135_596_800; // of DateTimeOffset, which means always due
    private const double MaxSeconds = 864_000;

    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(5);

    public static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / 1000.0;

    /// <exception cref="FormatException">Less than a second, or more than ten days.</exception>
    public static TimeSpan Duration(double seconds, string key) =>
        seconds is >= 1 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : throw Invalid(key);

    /// <summary>A time at which something happened.</summary>
    /// <exception cref="AgentClockException">It is in the future.</exception>
    /// <exception cref="FormatException">It is before 1970.</exception>
    public static DateTimeOffset? Past(double? seconds, DateTimeOffset now, string key) =>
        seconds < 0 ? throw Invalid(key) : Due(seconds, now + MaxClockDifference, key);

    /// <summary>A time at which something is due.</summary>
    /// <exception cref="AgentClockException">It is after <paramref name="latest"/>.</exception>
    /// <exception cref="FormatException">It is no time.</exception>
    public static DateTimeOffset? Due(double? seconds, DateTimeOffset latest, string key) => seconds switch
    {
        null => null,
        >= FirstSecond and < 1e11 and var known => UpTo(latest, DateTimeOffset.UnixEpoch.AddSeconds(known), key),
        _ => throw Invalid(key),
    };

    public static FormatException Invalid(string key) =>
        new($"its {key} is invalid for this version of smart-agent");

    private static DateTimeOffset UpTo(DateTimeOffset latest, DateTimeOffset time, string key) => time <= latest
        ? time : throw new AgentClockException($"its {key} is in the future; compare the clocks");
}
