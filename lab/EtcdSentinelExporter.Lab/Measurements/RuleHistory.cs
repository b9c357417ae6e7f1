using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>History of made-up series, each as far back as a rule reads it.</summary>
/// <param name="rules">Text of all rules.</param>
/// <param name="page">Lines of a page; recorded series may be among them.</param>
/// <param name="step">Interval of the samples.</param>
internal sealed partial class RuleHistory(string rules, IEnumerable<string> page, int step)
{
    // The largest block that promtool makes of 24 hours: each file is one block, and is read once.
    private const int Block = 18 * 60 * 60;
    private const int Day = 24 * 60 * 60;
    private const int Hour = 60 * 60;

    private readonly List<(string Line, int From, int To)> _series = [.. Read(Windows(rules), page)];

    public int Series => _series.Count;

    public long Samples { get; private set; }

    /// <summary>Writes it into the storage of a Prometheus that does not run.</summary>
    /// <param name="end">Time of the last samples.</param>
    public async Task WriteAsync(DirectoryInfo data, long end)
    {
        var file = Path.Combine(data.Parent!.FullName, "samples.txt");
        for (var block = (end - (8 * Day)) / Block * Block; block < end; block += Block)
        {
            if (Write(file, block, Math.Min(block + Block, end), end) > 0)
            {
                await CleanProcess.RunAsync(Tools.Find("promtool"),
                    ["tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics", file, data.FullName]);
            }
            File.Delete(file);
        }
    }

    private long Write(string file, long from, long to, long end)
    {
        var before = Samples;
        using var text = File.CreateText(file);
        foreach (var (line, first, last) in _series)
        {
            var at = Math.Max(from, (end - first + step - 1) / step * step);
            for (; at < Math.Min(to, end - last); at += step)
            {
                text.Write(line);
                text.WriteLine(at);
                Samples++;
            }
        }
        text.WriteLine("# EOF");
        return Samples - before;
    }

    private static IEnumerable<(string Line, int From, int To)> Read(
        Dictionary<string, (int From, int To)> windows, IEnumerable<string> page) =>
        from line in page
        let window = windows.GetValueOrDefault(line[..line.IndexOf('{', StringComparison.Ordinal)])
        where window != default
        select ($"{line} ", window.From, window.To);

    // Seconds before the end. What is compared with a moment ago needs the time around it.
    private static Dictionary<string, (int From, int To)> Windows(string rules) => Range().Matches(rules)
        .Select(match => (Name: match.Groups[1].Value, Window: (Seconds(match, 2), 0)))
        .Concat(Offset().Matches(rules)
            .Select(match => (
                Name: match.Groups[1].Value, Window: (Seconds(match, 2) + Hour, Seconds(match, 2) - Hour))))
        .GroupBy(one => one.Name, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.Max(one => one.Window), StringComparer.Ordinal);

    private static int Seconds(Match match, int group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) * match.Groups[group + 1].Value switch
        {
            "d" => Day,
            "h" => Hour,
            _ => 60,
        };

    [GeneratedRegex(@"([a-z_:]\w*(?::\w+)*)(?:\{[^{}]*\})?\[(\d+)([mhd])", RegexOptions.None, 10_000)]
    private static partial Regex Range();

    [GeneratedRegex(@"([a-z_]\w*) offset (\d+)([hd])", RegexOptions.None, 10_000)]
    private static partial Regex Offset();
}
