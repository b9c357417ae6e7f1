using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Processor time and memory of a process and its children, as the kernel counts them.</summary>
internal sealed class ProcessCost(Process process)
{
    // USER_HZ, 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time so far, in steps of 10 ms.</summary>
    public TimeSpan Processor => TimeSpan.FromSeconds(Family.Sum(Ticks) / TicksPerSecond);

    /// <summary>Time that the threads of the process itself have run, in nanoseconds.</summary>
    public double ThreadNanoseconds => Directory.GetDirectories($"/proc/{Id(process.Id)}/task")
        .Sum(thread => Number(File.ReadAllText($"{thread}/schedstat").Split(' ')[0]));

    /// <summary>A field of its status in KiB: <c>VmRSS</c>, <c>RssAnon</c>.</summary>
    public double Kibibytes(string field) => Family.Sum(id => File.ReadLines($"/proc/{Id(id)}/status")
        .Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
        .Sum(line => Number(line[(field.Length + 1)..^"kB".Length])));

    private IEnumerable<int> Family => Directory.GetDirectories($"/proc/{Id(process.Id)}/task")
        .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).Prepend(process.Id);

    private static double Ticks(int id) => File.ReadAllText($"/proc/{Id(id)}/stat") is var stat
        ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..13].Sum(Number)
        : 0;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Id(int id) => id.ToString(CultureInfo.InvariantCulture);
}
