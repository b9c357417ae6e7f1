namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>An ATA attribute that reports how much of the drive's rated writes is used or left.</summary>
/// <param name="Name">Name in smartctl's database (drivedb.h). An id alone is ambiguous: 202 is
/// Data_Address_Mark_Errs on an old Seagate, End_of_Life on a Dell; 245 is used or left.</param>
/// <param name="Drives">Drives whose entry in that database has the name.</param>
/// <param name="Maker">Maker whose drives mean wear by it; <see langword="null"/> if the name is enough.</param>
internal sealed record WearAttribute(
    int Id, string Name, WearEncoding Encoding, string Drives, string? Maker = null)
{
    // Makers whose attribute names are also right for models that smartctl does not know. For other models outside its
    // database, a name is only what most makers mean by the id.
    private static readonly ImmutableArray<string> KnownMakers = ["Samsung", Intel, "Micron", "CT"];

    private const string Intel = "Intel";

    // Sold by others: https://github.com/smartmontools/smartmontools/blob/f1d0da9c/drivedb/drivedb.h
    private static readonly ImmutableArray<string> IntelModels =
        ["SOLIDIGM SSDSC2", "VK000120GWSXF", "VK000240GWSXF", "VK000480GWSXF"];

    /// <summary>Names in drivedb.h of smartmontools 7.3 and f1d0da9c (August 2026); the first that a drive has
    /// wins.</summary>
    public static ImmutableArray<WearAttribute> All { get; } =
    [
        new(202, "Percent_Lifetime_Remain", WearEncoding.Micron, "Micron, Crucial, SSSTC"),
        new(202, "Percent_Lifetime_Used", WearEncoding.Micron, "Crucial C300, ATP Superior Line and aMLC"),
        new(202, "Perc_Rated_Life_Used", WearEncoding.Micron, "Crucial m4, SMART Modular"),
        new(245, "Percent_Life_Remaining", WearEncoding.ValueLeft, "Dell's Intel S3520, S4x00, S4x10"),
        new(177, "Wear_Leveling_Count", WearEncoding.ValueLeft, "Samsung", "Samsung"),
        new(233, "Media_Wearout_Indicator", WearEncoding.ValueLeft, "Intel, Solidigm, HPE's Intel", Intel),
        new(230, "Media_Wearout_Indicator", WearEncoding.SanDisk, "WD Blue, Green, Red", "WD"),
        new(230, "Perc_Write/Erase_Count", WearEncoding.SanDisk, "SanDisk"),
        new(231, "SSD_Life_Left", WearEncoding.Left,
            "Phison, Maxio, SandForce, Kingston UV400, Silicon Motion, SK hynix, Seagate Nytro and BarraCuda"),
        new(231, "SSD_Life_Left_Perc", WearEncoding.Left, "Seagate Nytro XF1230"),
        new(231, "Lifetime_Left", WearEncoding.Left, "Apacer"),
        new(231, "Percent_Lifetime_Remain", WearEncoding.Left, "ATP Value Line, Xmore"),
        new(231, "Life_Remaining_Percent", WearEncoding.Left, "Swissbit X-7x"),
        new(231, "Perc_Rated_Life_Remain", WearEncoding.Left, "SMART Modular"),
        new(169, "Remaining_Lifetime_Perc", WearEncoding.RawLeft, "Silicon Motion, Innodisk"),
        new(169, "Lifetime_Remaining%", WearEncoding.Left, "StorFly"),
        new(248, "Lifetime_Remaining%", WearEncoding.Left, "StorFly"),
        new(248, "Percent_Lifetime_Remain", WearEncoding.Left, "ATP Superior Line"),
        new(248, "PCT_Life_Remaining", WearEncoding.Left, "ATP aMLC"),
        new(248, "Perc_Rated_Life_Remain", WearEncoding.Left, "Swissbit X-600m"),
        new(248, "SSD_Remaining_Life_Perc", WearEncoding.Left, "Swissbit X-7x"),
        new(248, "Remaining_Life", WearEncoding.Left, "Swissbit X-8x, Innodisk"),
        new(201, "Percent_Lifetime_Remain", WearEncoding.Left, "SK hynix"),
        new(201, "Lifetime_Remaining%", WearEncoding.Left, "SanDisk with Marvell controller"),
        new(245, "SSD_Life_Left", WearEncoding.Left, "SK hynix"),
        new(245, "Drive_Life_Remaining%", WearEncoding.Left, "SanDisk CloudSpeed"),
        new(173, "Percent_Life_Used", WearEncoding.RawUsed, "SanDisk CloudSpeed"),
        new(177, "Lifetime_Remaining%", WearEncoding.Left, "SanDisk CloudSpeed"),
        new(245, "DriveLife_Used%", WearEncoding.RawUsed, "SanDisk CS1K"),
        new(173, "Drive_Life_Used%", WearEncoding.RawUsed, "SanDisk CS1K"),
        new(177, "DriveLife_Remaining%", WearEncoding.Left, "SanDisk CS1K"),
        new(233, "Remaining_Lifetime_Perc", WearEncoding.Left, "OCZ Vector, Vertex 450, Intrepid 3000"),
        new(209, "Remaining_Lifetime_Perc", WearEncoding.RawLeft, "OCZ Vertex (Indilinx)"),
        new(233, "Percent_Lifetime_Remain", WearEncoding.Left, "SSSTC"),
        new(232, "Percent_Life_Used", WearEncoding.RawUsed, "XITC"),
    ];

    public string Source => FormattableString.Invariant($"attr{Id}");

    /// <summary>Returns the attribute, if the drive has it and means wear by it.</summary>
    public SmartAttribute? In(SmartReport report, DriveIdentity identity) =>
        report.Find(Id, Name) is { } attribute && IsNamed(report, identity)
            && (Maker is null || IsFrom(identity, Maker))
            ? attribute
            : null;

    private static bool IsNamed(SmartReport report, DriveIdentity identity) =>
        report.Root.Flag("in_smartctl_database") is not false
        || KnownMakers.Any(maker => identity.Model.StartsWith(maker, StringComparison.OrdinalIgnoreCase))
        || IsIntel(identity);

    private static bool IsFrom(DriveIdentity identity, string maker) =>
        identity.IsFrom(maker) || (maker is Intel && IsIntel(identity));

    private static bool IsIntel(DriveIdentity identity) =>
        IntelModels.Any(model => identity.Model.StartsWith(model, StringComparison.Ordinal));
}
