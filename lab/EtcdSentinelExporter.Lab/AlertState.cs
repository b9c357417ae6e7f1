using System.Collections.Immutable;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

/// <summary>An alert from the API of Alertmanager.</summary>
/// <param name="Fingerprint">Id of the alert in <paramref name="InhibitedBy"/> of others.</param>
/// <param name="State">active, suppressed or unprocessed.</param>
internal sealed record AlertState(
    ImmutableSortedDictionary<string, string> Labels, string Fingerprint, string State,
    ImmutableArray<string> InhibitedBy)
{
    public string Name => Labels["alertname"];

    public static AlertState Of(JsonElement alert)
    {
        var status = alert.GetProperty("status");
        return new(
            alert.GetProperty("labels").EnumerateObject()
                .ToImmutableSortedDictionary(
                    label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
            alert.GetProperty("fingerprint").GetString()!,
            status.GetProperty("state").GetString()!,
            [.. status.GetProperty("inhibitedBy").EnumerateArray().Select(one => one.GetString()!)]);
    }
}
