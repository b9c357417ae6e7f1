namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>An ATA attribute that counts errors, under the names of smartctl's database (drivedb.h).</summary>
internal sealed record CountAttribute(int Id, ImmutableArray<string> Names)
{
    private const ulong Word = 0xFFFF;
    private const ulong MaxPlausible = 0xFFFF_FFFF;

    public static CountAttribute Reallocated { get; } = new(5,
        ["Reallocated_Sector_Ct", "Retired_Block_Count", "Reallocate_NAND_Blk_Cnt", "Reallocated_Block_Count",
            "New_Bad_Blk_Count", "New_Bad_Block_Count", "Later_Bad_Block", "Runtime_Bad_Block",
            "Realloc_Flash_Blocks_Ct"]);

    public static CountAttribute ReportedUncorrectable { get; } = new(187,
        ["Reported_Uncorrect", "Uncorrectable_Error_Cnt", "Uncorrectable_ECC_Ct", "Reported_Uncorr_Errors",
            "Reported_UE_Counts"]);

    public static CountAttribute Pending { get; } = new(197,
        ["Current_Pending_Sector", "Pending_Sector_Count", "Current_Pending_ECC_Cnt", "Total_Pending_Sectors"]);

    public static CountAttribute OfflineUncorrectable { get; } = new(198,
        ["Offline_Uncorrectable", "Total_Offl_Uncorrectabl", "Uncorrectable_Sector_Count", "Uncorrectable_Sector_Ct",
            "Uncor_Read_Error_Ct", "Offline_UErr_Media_Scan"]);

    public static CountAttribute CrcErrors { get; } = new(199,
        ["UDMA_CRC_Error_Count", "CRC_Error_Count", "SATA_CRC_Error_Count", "SATA_CRC_Error", "SATA_FIS_CRC_Errors"]);

    public static ImmutableArray<CountAttribute> All { get; } =
        [Reallocated, ReportedUncorrectable, Pending, OfflineUncorrectable, CrcErrors];

    // Some makers put more numbers above the lowest word; smartctl then prints that word first, and the others in
    // brackets.
    public double? In(SmartReport report) =>
        report.Find(Id, Names.AsSpan()) is not { Raw: { } raw } attribute ? null
        : raw > Word
            && attribute.RawText.StartsWith(FormattableString.Invariant($"{raw & Word} ("), StringComparison.Ordinal)
            ? raw & Word
        : raw <= MaxPlausible ? raw
        : null;
}
