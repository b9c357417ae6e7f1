using System.Globalization;

namespace EtcdSentinelExporter.Host;

/// <summary>Fields of <c>/proc/PID/stat</c>, numbered as in proc_pid_stat(5).</summary>
/// <param name="CpuTime">Fields 14 and 15.</param>
/// <param name="StartedAfterBoot">Field 22.</param>
/// <param name="VirtualBytes">Field 23.</param>
/// <param name="ResidentPages">Field 24.</param>
internal sealed record ProcStat(TimeSpan CpuTime, TimeSpan StartedAfterBoot, long VirtualBytes, long ResidentPages)
{
    // USER_HZ: the kernel shows times to programs in hundredths of a second on every architecture that .NET runs on.
    private const long TicksPerClockTick = TimeSpan.TicksPerSecond / 100;

    private const long MaxClockTicks = 146L * 366 * 24 * 60 * 60 * 100;

    /// <summary>Maximum size of <c>/proc/stat</c>: its line of interrupts grows with the machine.</summary>
    public const int MaxSystemStatLength = 1 << 20;

    // The year 4147: with the uptime added, still a valid time.
    private const long MaxBootTime = 1L << 36;

    /// <summary>Boot time of the kernel, precise to a second; <see langword="null"/> if <c>/proc/stat</c> has no line
    /// <c>btime</c>, or its value is not a valid time.</summary>
    public static DateTimeOffset? BootTime(string systemStat) =>
        systemStat.Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan("btime ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds < MaxBootTime
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <returns><see langword="null"/> if the text is not a valid stat line.</returns>
    public static ProcStat? Parse(string text)
    {
        // Field 2 is the program's name in brackets; the name itself may contain spaces and brackets.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 22
            && Time(14) is { } user && Time(15) is { } system && Time(22) is { } started
            && Number(23) is { } virtualBytes && Number(24) is { } residentPages
            ? new(user + system, started, virtualBytes, residentPages)
            : null;

        long? Number(int field) =>
            long.TryParse(fields[field - 3], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        // At most 146 years: the sum of two is a valid time, too.
        TimeSpan? Time(int field) =>
            Number(field) is { } ticks and < MaxClockTicks ? TimeSpan.FromTicks(ticks * TicksPerClockTick) : null;
    }
}
