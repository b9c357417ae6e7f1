using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>One row of an ATA drive's attribute table.</summary>
/// <param name="Id">Ambiguous without the name: makers use the same id for different things.</param>
/// <param name="Value">Normalised value, usually falling from 100; <see langword="null"/> if smartctl omits it.</param>
/// <param name="Raw">Raw value of 48 bits, or 64 for some makers, in an encoding of the maker.</param>
/// <param name="RawText">Raw value as printed by smartctl; at most 100 characters.</param>
/// <param name="IsPrefailure">True if a value below the threshold predicts a failure, false if it only shows
/// age.</param>
/// <param name="WhenFailed"><c>now</c>, <c>past</c>, or empty.</param>
internal sealed record SmartAttribute(
    int Id, string Name, int? Value, ulong? Raw, string RawText, bool IsPrefailure, string WhenFailed)
{
    public static SmartAttribute? From(JsonElement row) => row.Number("id") is >= 0 and <= 255 and var id
        ? new(
            (int)id,
            row.Text("name"),
            row.Number("value") is >= 0 and <= 255 and var value ? (int)value : null,
            row.Count("raw", "value"),
            row.Text("raw", "string"),
            row.Flag("flags", "prefailure") is true,
            row.Text("when_failed"))
        : null;
}
