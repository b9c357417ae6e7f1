using System.Globalization;

namespace EtcdSentinelExporter.Host;

/// <summary>What <c>/proc/self/stat</c> says, as proc_pid_stat(5) numbers its fields.</summary>
/// <param name="CpuTime">Fields 14 and 15.</param>
/// <param name="StartedAfterBoot">Field 22.</param>
/// <param name="VirtualBytes">Field 23.</param>
/// <param name="ResidentPages">Field 24.</param>
internal sealed record ProcStat(TimeSpan CpuTime, TimeSpan StartedAfterBoot, long VirtualBytes, long ResidentPages)
{
    // USER_HZ: the kernel shows times to programs in hundredths of a second on every architecture that .NET runs on.
    private const long TicksPerClockTick = TimeSpan.TicksPerSecond / 100;

    /// <exception cref="FormatException">Not what a kernel writes.</exception>
    public static ProcStat Parse(string text)
    {
        // Field 2 is the program's name in brackets, and may hold spaces and brackets of its own.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
            throw new FormatException("/proc/self/stat has fewer than 24 fields.");
        return new(Time(Field(14) + Field(15)), Time(Field(22)), Field(23), Field(24));

        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
    }

    private static TimeSpan Time(long clockTicks) => TimeSpan.FromTicks(clockTicks * TicksPerClockTick);
}
