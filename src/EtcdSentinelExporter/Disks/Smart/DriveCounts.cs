namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decodes counters that each kind of drive reports in another place.</summary>
/// <remarks>The first source with a value wins.</remarks>
internal static class DriveCounts
{
    private const double SecondsPerMinute = 60;

    public static double? MediaErrors(SmartReport report, DriveLogs logs) =>
        Nvme(report, "media_errors") ?? logs.UncorrectedErrors;

    public static double? Pending(SmartReport report, DriveLogs logs) =>
        CountAttribute.Pending.In(report) ?? logs.PendingDefects;

    public static double? GrownDefects(SmartReport report) => report.Root.Amount("scsi_grown_defect_list");

    public static double? UnsafeShutdowns(SmartReport report) => Nvme(report, "unsafe_shutdowns");

    public static double? WarmSeconds(SmartReport report) => Nvme(report, "warning_temp_time") * SecondsPerMinute;

    public static double? HotSeconds(SmartReport report) => Nvme(report, "critical_comp_time") * SecondsPerMinute;

    public static double? PowerCycles(SmartReport report) =>
        report.Root.Amount("power_cycle_count") ?? Nvme(report, "power_cycles")
        ?? report.Root.Amount("scsi_start_stop_cycle_counter", "accumulated_start_stop_cycles");

    public static double? ErrorEntries(SmartReport report, DriveLogs logs) =>
        Nvme(report, "num_err_log_entries") ?? logs.ErrorEntries;

    /// <summary>Bytes written by the host.</summary>
    public static double? WrittenBytes(SmartReport report, DriveLogs logs, TimeSpan? powerOn) =>
        Nvme(report, "data_units_written") * 512_000
        ?? logs.GigabytesWritten * 1e9
        ?? Written(report, powerOn)
        ?? logs.SectorsWritten * (report.Root.Amount("logical_block_size") ?? 512);

    private static double? Written(SmartReport report, TimeSpan? powerOn)
    {
        var identity = report.Identity;
        return WrittenAttribute.All.Select(row => row.In(report, identity, powerOn))
            .FirstOrDefault(bytes => bytes is not null);
    }

    private static double? Nvme(SmartReport report, string key) =>
        report.Root.Amount("nvme_smart_health_information_log", key);
}
