using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>The rows of <see cref="ScrapeBench"/>'s table.</summary>
internal static class BenchRows
{
    public const string Start = "start to first whole page, ms";
    public const string Threads = "threads after 1,000 scrapes";
    public const string Files = "open files and sockets after 1,000 scrapes";
    public const string Bytes = "page, bytes";
    public const string Compressed = "page, compressed, bytes";
    public const string Samples = "page, samples";
    public const string Fresh = "processor time of a scrape, the first after a poll, µs";
    public const string Idle = "processor time of an idle hour, s";
    public const string Scraped = "processor time of an hour, scraped every 15 s, s";

    private const string After = "after 1,000 scrapes";

    private static readonly (string Field, string File, string Name)[] s_memory =
        [("VmRSS", "status", "resident"), ("Pss", "smaps_rollup", "proportional"), ("RssAnon", "status", "anonymous")];

    /// <summary>In order; a rate cannot be summed.</summary>
    public static ImmutableArray<(string Name, bool IsSummed)> All(int minutes) =>
    [
        (Start, false), .. Memory(After), .. minutes > 0 ? Memory(Minutes(minutes)) : [],
        (Threads, true), (Files, true), (Bytes, true), (Compressed, true), (Samples, true),
        .. Load(1, "gzip"), .. Load(1, "identity"), .. Load(50, "gzip"), .. Load(50, "identity"),
        (Fresh, true), (Idle, true), (Scraped, true),
    ];

    /// <summary>Median, 99th percentile, processor time of each, and how many a second.</summary>
    public static (string Name, bool IsSummed)[] Load(int connections, string encoding)
    {
        var how = $"{connections} connection{(connections == 1 ? "" : "s")}, {(encoding == "gzip" ? "gzip" : "plain")}";
        return
        [
            ($"scrape p50, {how}, µs", true), ($"scrape p99, {how}, µs", true),
            ($"processor time of a scrape, {how}, µs", true), ($"scrapes a second, {how}", false),
        ];
    }

    public static void NoteMemory(Figures figures, string name, ProcessCost cost, int minutes = 0)
    {
        foreach (var (field, file, kind) in s_memory)
        {
            figures.Note(
                name, $"{kind} {(minutes > 0 ? Minutes(minutes) : After)}, MiB", cost.Kibibytes(field, file) / 1024);
        }
    }

    private static string Minutes(int minutes) => $"after {minutes} minutes";

    private static IEnumerable<(string Name, bool IsSummed)> Memory(string when) =>
        s_memory.Select(one => ($"{one.Name} {when}, MiB", true));
}
