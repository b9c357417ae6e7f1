using System.Collections.Immutable;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

/// <summary>An alert that fires in Prometheus.</summary>
internal sealed record FiringAlert(
    ImmutableDictionary<string, string> Labels, ImmutableDictionary<string, string> Annotations)
{
    public string Name => Labels["alertname"];

    /// <summary>Its labels as one line; no other alert has the same.</summary>
    public string Key { get; } = string.Join(
        ' ', Labels.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"));

    public static FiringAlert Of(JsonElement alert) =>
        new(Series.Strings(alert.GetProperty("labels")), Series.Strings(alert.GetProperty("annotations")));
}
