using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Views;

/// <summary>Series of our exporters, with the prefix of their names cut off, and how a table shows them.</summary>
internal sealed record Seen(ImmutableArray<Series> All)
{
    private const string Prefix = "etcd_sentinel_";

    /// <param name="names">Regular expression of the names, without the prefix.</param>
    /// <param name="more">Further matchers.</param>
    public static async Task<Seen> AskAsync(Prometheus prometheus, string names, string more = "") =>
        new(await prometheus.AskAsync($$"""{job="{{DemoLab.Job}}",{{more}}__name__=~"{{Prefix}}({{names}})"}"""));

    /// <summary>Returns the series with this name and these labels.</summary>
    public IEnumerable<Series> Find(string node, string name, params (string Label, string Value)[] labels) =>
        All.Where(one => one["node"] == node && one.Name == Prefix + name
            && Array.TrueForAll(labels, label => one[label.Label] == label.Value));

    public double? Value(string node, string name, params (string Label, string Value)[] labels) =>
        Find(node, name, labels).Select(one => (double?)one.Value).FirstOrDefault();

    public string? Label(string node, string name, string label) =>
        Find(node, name).Select(one => one[label]).FirstOrDefault();

    /// <summary>Formats a value, or a dash for what Prometheus does not have.</summary>
    public static string Show(double? value, Func<double, FormattableString> format) =>
        value is { } known ? format(known).ToString(CultureInfo.InvariantCulture) : "-";

    public static string Mebibytes(double? bytes) => Show(bytes, value => $"{value / 1048576:0.#} MiB");

    public static string Percent(double? ratio) => Show(ratio, value => $"{value * 100:0.#} %");

    public static string Row(string format, params string?[] cells) => string.Format(
        CultureInfo.InvariantCulture, format,
        [.. cells.Select(cell => cell is { Length: > 0 } ? cell : "-")]).TrimEnd();
}
