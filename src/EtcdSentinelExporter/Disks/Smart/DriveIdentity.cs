using System.Globalization;
using System.Text.Json.Serialization;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Identity that a drive reports. Every text has at most 100 characters and is empty if not
/// reported.</summary>
/// <remarks>Stored in smart-agent's files.</remarks>
/// <param name="Protocol">ATA, NVMe or SCSI.</param>
/// <param name="IsInDatabase">True if smartctl knows the attributes of this model; <see langword="null"/> without
/// attributes.</param>
internal sealed record DriveIdentity(
    string Model, string Family, string Serial, [property: JsonPropertyName("wwn")] string WorldWideName,
    string Firmware, string Protocol, [property: JsonPropertyName("in_database")] bool? IsInDatabase = null)
{
    public static DriveIdentity Of(SmartReport report) => new(
        // smartctl 7.3 and 7.4 omit model_name for SCSI.
        First(report, ["model_name"], ["scsi_model_name"], ["product"]),
        report.Root.Text("model_family"),
        report.Root.Text("serial_number"),
        Wwn(report),
        First(report, ["firmware_version"], ["scsi_revision"], ["revision"]),
        report.Protocol,
        report.Root.Flag("in_smartctl_database"));

    /// <summary>Returns the same identity with all texts cut to the limit.</summary>
    public DriveIdentity Bounded() => new(
        SmartJson.Bounded(Model), SmartJson.Bounded(Family), SmartJson.Bounded(Serial),
        SmartJson.Bounded(WorldWideName), SmartJson.Bounded(Firmware), SmartJson.Bounded(Protocol), IsInDatabase);

    /// <summary>True if <paramref name="other"/> may be the same drive with more fields: a report can lack its identity
    /// section.</summary>
    public bool IsLessCompleteThan(DriveIdentity other) =>
        Serial.Length == 0 && (Model.Length == 0 || string.Equals(Model, other.Model, StringComparison.Ordinal));

    public bool IsFromSeagate() => IsFrom("Seagate") || Model is ['S', 'T', >= '0' and <= '9', ..];

    /// <summary>Returns the kernel's world-wide name as smartctl spells it: <c>0x5000c500a1b2c3d4</c>. Names of other
    /// kinds stay as they are.</summary>
    public static string Spelled(string kernelName) => kernelName.StartsWith("naa.", StringComparison.Ordinal)
        ? $"0x{kernelName["naa.".Length..]}"
        : kernelName;

    /// <summary>True if the family or the model names this maker.</summary>
    public bool IsFrom(string maker) =>
        Family.Contains(maker, StringComparison.OrdinalIgnoreCase)
        || Model.StartsWith(maker, StringComparison.OrdinalIgnoreCase);

    private static string First(SmartReport report, params string[][] paths) =>
        paths.Select(path => report.Root.Text(path)).FirstOrDefault(text => text.Length > 0, "");

    // 4 bits of naming authority, 24 of the maker, 36 of the drive, printed as lsblk does. SCSI drives report all of it
    // as one text.
    private static string Wwn(SmartReport report) =>
        report.Root.Count("wwn", "naa") is <= 0xF and var naa
        && report.Root.Count("wwn", "oui") is <= 0xFFFFFF and var oui
        && report.Root.Count("wwn", "id") is <= 0xFFFFFFFFF and var id
            ? "0x" + ((naa << 60) | (oui << 36) | id).ToString("x16", CultureInfo.InvariantCulture)
            : report.Root.Text("logical_unit_id") is ['0', 'x', ..] and var unit ? unit : "";
}
