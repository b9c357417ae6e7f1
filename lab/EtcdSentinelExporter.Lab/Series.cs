using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

/// <summary>One series of a query's answer.</summary>
internal sealed record Series(ImmutableDictionary<string, string> Labels, double Value)
{
    public string Name => this["__name__"] ?? "";

    /// <summary>Value of a label, or <see langword="null"/>.</summary>
    public string? this[string label] => Labels.GetValueOrDefault(label);

    public static Series Of(JsonElement series) => new(
        Strings(series.GetProperty("metric")),
        double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));

    /// <summary>Properties of an object of strings.</summary>
    public static ImmutableDictionary<string, string> Strings(JsonElement map) => map.EnumerateObject()
        .ToImmutableDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal);
}
