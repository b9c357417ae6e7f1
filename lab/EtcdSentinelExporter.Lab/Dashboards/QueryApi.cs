using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>A series of an answer: one point for an instant query, several for a range.</summary>
internal sealed record Line(
    ImmutableDictionary<string, string> Labels, ImmutableArray<(double At, double Value)> Points)
{
    public double Last => Points[^1].Value;

    public static Line Of(JsonElement series) => new(
        Series.Strings(series.GetProperty("metric")),
        [
            .. series.TryGetProperty("values", out var values)
                ? values.EnumerateArray().Select(Point)
                : [Point(series.GetProperty("value"))],
        ]);

    private static (double At, double Value) Point(JsonElement pair) => (
        pair[0].GetDouble(), pair[1].GetString() switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        });
}

/// <summary>Time of a dashboard: instant queries are about its end.</summary>
/// <param name="Step">Seconds between two points.</param>
internal sealed record DashboardTime(double From, double To, int Step);

/// <summary>Runs queries in a Prometheus, over HTTP as Grafana does.</summary>
internal sealed class QueryApi(Uri prometheus) : IDisposable
{
    // A proxy of the environment is not for loopback.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = prometheus,
        Timeout = Patience.Limit,
    };

    /// <exception cref="LabException">Prometheus rejects the query; the message is its own.</exception>
    public Task<ImmutableArray<Line>> InstantAsync(string expression, double at) =>
        AskAsync("query", new() { ["query"] = expression, ["time"] = Text(at) });

    /// <exception cref="LabException">Prometheus rejects the query; the message is its own.</exception>
    public Task<ImmutableArray<Line>> RangeAsync(string expression, DashboardTime time) => AskAsync("query_range", new()
    {
        ["query"] = expression,
        ["start"] = Text(time.From),
        ["end"] = Text(time.To),
        ["step"] = Text(time.Step),
    });

    public void Dispose() => _http.Dispose();

    private async Task<ImmutableArray<Line>> AskAsync(string path, Dictionary<string, string> parameters)
    {
        using var body = new FormUrlEncodedContent(parameters);
        using var answer = await _http.PostAsync(new Uri($"api/v1/{path}", UriKind.Relative), body);
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        return answer.IsSuccessStatusCode
            ? [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(Line.Of)]
            : throw new LabException(json.RootElement.GetProperty("error").GetString()!);
    }

    private static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
