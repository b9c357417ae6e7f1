namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decodes counters that each kind of drive reports under another name.</summary>
/// <remarks>The first source with a value wins.</remarks>
internal static class DriveCounts
{
    private const ulong Word = 0xFFFF;
    private const ulong MaxPlausible = 0xFFFF_FFFF;

    private static readonly ImmutableArray<(int Id, string Name, double Bytes)> WrittenNames =
    [
        (241, "Host_Writes_32MiB", 32 << 20), (225, "Host_Writes_32MiB", 32 << 20), (241, "Host_Writes_GiB", 1 << 30),
        (241, "Lifetime_Writes_GiB", 1 << 30), (241, "Total_Writes_GiB", 1 << 30),
        (241, "Total_LBAs_Written", 512), (246, "Total_LBAs_Written", 512),
    ];

    public static double? Reallocated(SmartReport report) =>
        Plain(report, 5, "Reallocated_Sector_Ct", "Retired_Block_Count", "Reallocate_NAND_Blk_Cnt",
            "Reallocated_Block_Count");

    public static double? ReportedUncorrectable(SmartReport report) =>
        Plain(report, 187, "Reported_Uncorrect", "Uncorrectable_Error_Cnt");

    public static double? Pending(SmartReport report) =>
        Plain(report, 197, "Current_Pending_Sector", "Pending_Sector_Count", "Current_Pending_ECC_Cnt",
            "Total_Pending_Sectors");

    public static double? OfflineUncorrectable(SmartReport report) =>
        Plain(report, 198, "Offline_Uncorrectable", "Total_Offl_Uncorrectabl", "Uncorrectable_Sector_Count");

    public static double? CrcErrors(SmartReport report) =>
        Plain(report, 199, "UDMA_CRC_Error_Count", "CRC_Error_Count", "SATA_CRC_Error_Count");

    public static double? MediaErrors(SmartReport report) =>
        Nvme(report, "media_errors") ?? Uncorrected(report);

    public static double? GrownDefects(SmartReport report) => report.Root.Number("scsi_grown_defect_list");

    public static double? UnsafeShutdowns(SmartReport report) => Nvme(report, "unsafe_shutdowns");

    public static double? PowerCycles(SmartReport report) =>
        report.Root.Number("power_cycle_count") ?? Nvme(report, "power_cycles")
        ?? report.Root.Number("scsi_start_stop_cycle_counter", "accumulated_start_stop_cycles");

    public static double? ErrorEntries(SmartReport report, DriveLogs logs) =>
        Nvme(report, "num_err_log_entries") ?? logs.ErrorEntries;

    /// <summary>Bytes written by the host. An attribute is used only if smartctl knows its unit for this
    /// model.</summary>
    public static double? WrittenBytes(SmartReport report, DriveLogs logs) =>
        Nvme(report, "data_units_written") * 512_000
        ?? report.Root.Decimal("scsi_error_counter_log", "write", "gigabytes_processed") * 1e9
        ?? Written(report)
        ?? logs.SectorsWritten * (report.Root.Number("logical_block_size") ?? 512);

    private static double? Written(SmartReport report) => report.Root.Flag("in_smartctl_database") is not true ? null
        : WrittenNames.Select(row => report.Find(row.Id, row.Name)?.Raw * row.Bytes)
            .FirstOrDefault(bytes => bytes is not null);

    private static double? Nvme(SmartReport report, string key) =>
        report.Root.Number("nvme_smart_health_information_log", key);

    // Reads, writes and verifications that could not be corrected; a drive may omit any of the three.
    private static double? Uncorrected(SmartReport report)
    {
        double? sum = null;
        foreach (var row in new[] { "read", "write", "verify" })
        {
            if (report.Root.Number("scsi_error_counter_log", row, "total_uncorrected_errors") is { } errors)
                sum = (sum ?? 0) + errors;
        }
        return sum;
    }

    // Some makers put more numbers above the lowest word; smartctl then prints that word first, and the others in
    // brackets.
    private static double? Plain(SmartReport report, int id, params ReadOnlySpan<string> names) =>
        report.Find(id, names) is not { Raw: { } raw } attribute ? null
        : raw > Word
            && attribute.RawText.StartsWith(FormattableString.Invariant($"{raw & Word} ("), StringComparison.Ordinal)
            ? raw & Word
        : raw <= MaxPlausible ? raw
        : null;
}
