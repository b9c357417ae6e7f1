using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>One row of an ATA drive's table of attributes.</summary>
/// <param name="Id">Means nothing without the name: makers use the same number for different things.</param>
/// <param name="Value">Normalised, mostly from 100 downwards; <see langword="null"/> where smartctl leaves it
/// out.</param>
/// <param name="Raw">48 bits, or 64 with some makers, in an encoding of the maker's own.</param>
/// <param name="RawText">As smartctl prints it; at most 100 characters.</param>
/// <param name="IsPrefailure">Whether falling below its threshold foretells a failure, and not mere age.</param>
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
