using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>What the kernel says of one process. Everything is 0 once it has ended.</summary>
internal sealed class ProcessFigures(int id)
{
    // USER_HZ, 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly string _folder = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>User and system time so far, in steps of 10 ms.</summary>
    public TimeSpan Processor => TimeSpan.FromSeconds(Read("stat") is { Length: > 0 } stat
        ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..13].Sum(Number) / TicksPerSecond
        : 0);

    /// <summary>Time that its threads have run, in nanoseconds. Those that ended are missing.</summary>
    public double ThreadNanoseconds => Schedule.Values.Sum(thread => thread.Ran) * 1e6;

    /// <summary>Time that each thread has run, and that it waited for a processor, in milliseconds.</summary>
    public Dictionary<string, (double Ran, double Waited)> Schedule => Tasks
        .Select(thread => (Thread: thread, Columns: Text($"{thread}/schedstat").Split(' ')))
        .Where(one => one.Columns.Length > 1)
        .ToDictionary(one => one.Thread, one => (Number(one.Columns[0]) / 1e6, Number(one.Columns[1]) / 1e6));

    /// <summary>The same of all threads since an earlier look. Those that ended are missing.</summary>
    public (double Ran, double Waited) ScheduleSince(Dictionary<string, (double Ran, double Waited)> earlier) =>
        Schedule.Select(one => (Now: one.Value, Then: earlier.GetValueOrDefault(one.Key))).Aggregate((0.0, 0.0),
            (sum, one) => (sum.Item1 + one.Now.Ran - one.Then.Ran, sum.Item2 + one.Now.Waited - one.Then.Waited));

    public int Threads => Tasks.Length;

    /// <summary>Open files, sockets included.</summary>
    public int Descriptors => Entries($"{_folder}/fd").Length;

    /// <summary>POSIX timers, and descriptors that are timers.</summary>
    public int Timers => Read("timers").Split('\n').Count(line => line.StartsWith("ID:", StringComparison.Ordinal))
        + Entries($"{_folder}/fd").Count(file => Target(file) == "anon_inode:[timerfd]");

    /// <summary>Processes that it started and that run, or were not waited for.</summary>
    public int[] Children =>
    [
        .. Tasks.SelectMany(thread => Text($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Folders below its cgroup; 0 in the root, which holds those of others.</summary>
    public int Cgroups => Read("cgroup").Split('\n')
        .Where(line => line.StartsWith("0::/", StringComparison.Ordinal) && line != "0::/")
        .Sum(line => Entries(
            "/sys/fs/cgroup" + line["0::".Length..], SearchOption.AllDirectories, folders: true).Length);

    /// <summary>A field in KiB: <c>VmRSS</c> or <c>RssAnon</c> of status, <c>Pss</c> of smaps_rollup.</summary>
    public double Kibibytes(string field, string file = "status") => Read(file).Split('\n')
        .Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
        .Sum(line => Number(line[(field.Length + 1)..].Replace("kB", "", StringComparison.Ordinal)));

    /// <summary>Processes whose command line has a text.</summary>
    public static int Count(params string[] texts) => Directory.GetDirectories("/proc").Count(folder =>
        char.IsAsciiDigit(Path.GetFileName(folder)[0])
        && Text($"{folder}/cmdline") is var line
        && Array.Exists(texts, text => line.Contains(text, StringComparison.Ordinal)));

    private string[] Tasks => Entries($"{_folder}/task", folders: true);

    private string Read(string file) => Text($"{_folder}/{file}");

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] Entries(
        string folder, SearchOption depth = SearchOption.TopDirectoryOnly, bool folders = false)
    {
        try
        {
            return folders
                ? Directory.GetDirectories(folder, "*", depth)
                : Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
