using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>What the load generator wrk measured over some seconds.</summary>
/// <param name="Refused">Answers that are not 2xx, which are quick, and among the others.</param>
internal sealed partial record Wrk(
    double MedianMicroseconds, double P99Microseconds, double PerSecond, double Requests, double Refused)
{
    /// <summary>Scrapes over a number of connections.</summary>
    /// <param name="encoding">Accepted encoding: gzip or identity.</param>
    public static async Task<Wrk> RunAsync(Uri page, int connections, int seconds, string encoding)
    {
        var text = await CleanProcess.RunAsync(Tools.Find("wrk"),
        [
            "-t1", $"-c{Number(connections)}", $"-d{Number(seconds)}s", "--latency",
            "-H", $"Accept: {BenchSubject.Accept}", "-H", $"Accept-Encoding: {encoding}", page.AbsoluteUri,
        ]);
        return new(
            Latency(text, "50%"), Latency(text, "99%"), After(PerSecondLine(), text), After(RequestsLine(), text),
            text.Contains("Non-2xx", StringComparison.Ordinal) ? After(RefusedLine(), text) : 0);
    }

    private static double Latency(string text, string percentile)
    {
        var match = LatencyLine().Matches(text).First(match => match.Groups[1].Value == percentile);
        return double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)
            * match.Groups[3].Value switch { "us" => 1, "ms" => 1e3, _ => 1e6 };
    }

    private static double After(Regex line, string text) =>
        double.Parse(line.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s+(\d+%)\s+([\d.]+)(us|ms|s)\s*$", RegexOptions.Multiline, 10_000)]
    private static partial Regex LatencyLine();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)", RegexOptions.None, 10_000)]
    private static partial Regex PerSecondLine();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)", RegexOptions.None, 10_000)]
    private static partial Regex RefusedLine();

    [GeneratedRegex(@"(\d+) requests in", RegexOptions.None, 10_000)]
    private static partial Regex RequestsLine();
}
