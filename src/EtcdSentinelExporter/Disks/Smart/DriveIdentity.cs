using System.Globalization;
using System.Text.Json.Serialization;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Who a drive says it is. Every text has at most 100 characters and is empty where the drive does not
/// say.</summary>
/// <remarks>Part of smart-agent's files.</remarks>
/// <param name="Protocol">ATA, NVMe or SCSI.</param>
/// <param name="IsInDatabase">Whether smartctl knows what the attributes of this model mean; <see langword="null"/>
/// where there are none.</param>
internal sealed record DriveIdentity(
    string Model, string Family, string Serial, [property: JsonPropertyName("wwn")] string WorldWideName,
    string Firmware, string Protocol, [property: JsonPropertyName("in_database")] bool? IsInDatabase = null)
{
    public static DriveIdentity Of(SmartReport report) => new(
        // smartctl 7.3 and 7.4 leave model_name out for SCSI.
        First(report, ["model_name"], ["scsi_model_name"], ["product"]),
        report.Root.Text("model_family"),
        report.Root.Text("serial_number"),
        Wwn(report),
        First(report, ["firmware_version"], ["scsi_revision"], ["revision"]),
        report.Protocol,
        report.Root.Flag("in_smartctl_database"));

    /// <summary>The same with no text that is too long.</summary>
    public DriveIdentity Bounded() => new(
        SmartJson.Bounded(Model), SmartJson.Bounded(Family), SmartJson.Bounded(Serial),
        SmartJson.Bounded(WorldWideName), SmartJson.Bounded(Firmware), SmartJson.Bounded(Protocol), IsInDatabase);

    /// <summary>Whether <paramref name="other"/> may be the same drive and says more: a report can lack
    /// its head.</summary>
    public bool SaysLessThan(DriveIdentity other) =>
        Serial.Length == 0 && (Model.Length == 0 || string.Equals(Model, other.Model, StringComparison.Ordinal));

    /// <summary>Whether family or model name this maker.</summary>
    public bool IsFrom(string maker) =>
        Family.Contains(maker, StringComparison.OrdinalIgnoreCase)
        || Model.StartsWith(maker, StringComparison.OrdinalIgnoreCase);

    private static string First(SmartReport report, params string[][] paths) =>
        paths.Select(path => report.Root.Text(path)).FirstOrDefault(text => text.Length > 0, "");

    // Four bits of naming authority, 24 of the maker, 36 of the drive: as lsblk prints it.
    private static string Wwn(SmartReport report) =>
        report.Root.Count("wwn", "naa") is <= 0xF and var naa
        && report.Root.Count("wwn", "oui") is <= 0xFFFFFF and var oui
        && report.Root.Count("wwn", "id") is <= 0xFFFFFFFFF and var id
            ? "0x" + ((naa << 60) | (oui << 36) | id).ToString("x16", CultureInfo.InvariantCulture)
            : "";
}
