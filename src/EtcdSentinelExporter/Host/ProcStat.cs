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

    /// <summary>Maximum size of <c>/proc/stat</c>: its line of interrupts grows with the machine.</summary>
    public const int MaxSystemStatLength = 1 << 20;

    /// <summary>Boot time of the kernel from <c>/proc/stat</c>, precise to a second.</summary>
    /// <exception cref="FormatException">No line <c>btime</c>, or its value is not a number.</exception>
    public static DateTimeOffset BootTime(string systemStat) =>
        systemStat.Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line
        && int.TryParse(line.AsSpan("btime ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("/proc/stat has no boot time.");

    /// <exception cref="FormatException">The text is not a valid stat line.</exception>
    public static ProcStat Parse(string text)
    {
        // Field 2 is the program's name in brackets; the name itself may contain spaces and brackets.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
            throw new FormatException("/proc/PID/stat has fewer than 24 fields.");
        return new(Time(Field(14) + Field(15)), Time(Field(22)), Field(23), Field(24));

        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
    }

    /// <exception cref="OverflowException">More than 29,000 years.</exception>
    private static TimeSpan Time(long clockTicks) => TimeSpan.FromTicks(checked(clockTicks * TicksPerClockTick));
}
