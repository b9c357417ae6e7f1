using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>How a value looks: unit, value mappings and thresholds, as far as the dashboards use them.</summary>
/// <param name="field">Name of a column; other fields have the defaults of the panel.</param>
internal sealed class FieldLook(Panel panel, string field)
{
    private readonly JsonElement[] _overrides =
    [
        .. panel.Json.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
            .Where(one => one.GetProperty("matcher").GetProperty("options").GetString() == field)
            .SelectMany(one => one.GetProperty("properties").EnumerateArray()),
    ];

    /// <summary>Text of a value, and its colour if the field shows one.</summary>
    public (string Text, string? Colour) Of(double value)
    {
        var (text, colour) = Mapped(value.ToString("0.###", CultureInfo.InvariantCulture))
            ?? (Written(value, Find("unit")?.GetString() ?? "none"), Threshold(value));
        return (text, panel.Kind == "stat" || Find("custom.cellOptions") is not null ? colour : null);
    }

    /// <summary>A label, which may be mapped too.</summary>
    public (string Text, string? Colour) Of(string label) => Mapped(label) ?? (label, null);

    private (string Text, string? Colour)? Mapped(string key) =>
        Find("mappings") is { } mappings && mappings[0].GetProperty("options").TryGetProperty(key, out var one)
            ? (one.GetProperty("text").GetString()!, one.GetProperty("color").GetString())
            : null;

    private string? Threshold(double value) => Find("thresholds")?.GetProperty("steps").EnumerateArray()
        .Last(step => step.GetProperty("value") is var from
            && (from.ValueKind is JsonValueKind.Null || from.GetDouble() <= value))
        .GetProperty("color").GetString();

    private JsonElement? Find(string id)
    {
        foreach (var one in _overrides.Where(one => one.GetProperty("id").GetString() == id))
            return one.GetProperty("value");
        var defaults = panel.Json.GetProperty("fieldConfig").GetProperty("defaults");
        return defaults.TryGetProperty(id, out var own) ? own : null;
    }

    /// <summary>A value with its unit.</summary>
    public static string Written(double value, string unit) => unit switch
    {
        "percentunit" => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
        "s" or "dtdurations" => Scaled(value, [("d", 86400), ("h", 3600), ("min", 60), ("s", 1), ("ms", 0.001)]),
        "bytes" or "Bps" => Scaled(value, [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1024), ("B", 1)])
            + (unit == "Bps" ? "/s" : ""),
        "dateTimeFromNow" => DateTimeOffset.FromUnixTimeMilliseconds((long)value)
            .ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Scaled(double value, (string Name, double Size)[] units)
    {
        var (name, size) = units.FirstOrDefault(unit => Math.Abs(value) >= unit.Size, units[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{value / size:0.##} {name}");
    }
}
