using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>Drives and reports to change with <c>with</c>.</summary>
internal static class SomeDrives
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Drive Drive(string name, bool? spins = false, string serial = "K-1", long? requests = 1) =>
        new(name, serial, "/dev/" + name, Type: null, new BlockDevice(name, serial, "", spins, requests));

    /// <summary>A path of etcd's that is on these disks.</summary>
    public static DiskRoles Roles(params string[] disks) => new(
    [
        new(new DiskRole(DiskRole.EtcdData, "", "/var/lib/etcd"), "/var/lib/etcd")
        {
            Disks = [.. disks.Select(disk => new RoleDisk(disk, "K-1", "partition"))],
        },
    ]);

    /// <summary>The disk of the incident: old, worn out, and with commands that it did not finish in time.</summary>
    public static SmartReport Incident(string serial = "S-1") => Report($$$$"""
        {"device":{"protocol":"ATA"},"model_name":"CT1000MX500SSD1","model_family":"Crucial SSDs","serial_number":"{{{{serial}}}}",
         "firmware_version":"M3CR023","in_smartctl_database":true,"wwn":{"naa":5,"oui":41077,"id":3822131413},
         "smartctl":{"exit_status":0},"smart_status":{"passed":true},"temperature":{"current":41},
         "power_on_time":{"hours":62247},"power_cycle_count":31,"ata_smart_attributes":{"table":[
         {"id":5,"name":"Reallocate_NAND_Blk_Cnt","value":100,"raw":{"value":3,"string":"3"}},
         {"id":187,"name":"Reported_Uncorrect","value":100,"raw":{"value":0,"string":"0"}},
         {"id":188,"name":"Command_Timeout","value":100,"raw":{"value":85,"string":"85"}},
         {"id":197,"name":"Current_Pending_ECC_Cnt","value":100,"raw":{"value":0,"string":"0"}},
         {"id":199,"name":"UDMA_CRC_Error_Count","value":100,"raw":{"value":2,"string":"2"}},
         {"id":202,"name":"Percent_Lifetime_Remain","value":9,"raw":{"value":91,"string":"91"}},
         {"id":246,"name":"Total_LBAs_Written","value":100,"raw":{"value":1000,"string":"1000"}}]},
         "ata_smart_error_log":{"extended":{"count":4}},
         "ata_smart_self_test_log":{"standard":{"table":[
         {"type":{"string":"Short offline"},"status":{"value":0,"passed":true},"lifetime_hours":62223},
         {"type":{"string":"Extended offline"},"status":{"value":121,"passed":false},"lifetime_hours":62000}]}}}
        """);

    public static SmartReport Nvme { get; } = Report("""
        {"device":{"protocol":"NVMe"},"model_name":"NV1","serial_number":"N-1","smartctl":{"exit_status":8},
         "smart_status":{"passed":false},"power_on_time":{"hours":100},"temperature":{"current":80},
         "nvme_composite_temperature_threshold":{"warning":77},
         "nvme_smart_health_information_log":{"critical_warning":28,"available_spare":4,"available_spare_threshold":10,
         "percentage_used":103,"data_units_written":2,"unsafe_shutdowns":5,"media_errors":7,"num_err_log_entries":9}}
        """);

    public static SmartReport Report(string json) => SmartReport.Parse(System.Text.Encoding.UTF8.GetBytes(json));

    public static SmartAnswer Answer(SmartReport report) =>
        new(ReadState.Ok, "", ExitStatus: report.ExitStatus, report, Took: TimeSpan.FromSeconds(0.25));

    public static DriveReading Read(Drive drive, SmartReport report) => new(drive)
    {
        State = ReadState.Ok,
        LastAttempt = Noon,
        LastSuccess = Noon,
        Took = TimeSpan.FromSeconds(0.25),
        ExitStatus = report.ExitStatus,
        Identity = DriveIdentity.Of(report),
        Report = report,
        LogsReport = report,
        LogsAt = Noon,
        DueAt = Noon.AddMinutes(5),
        Health = DriveDecoder.Decode(report, DriveLogs.Of(report)),
        Reads = new DriveReading(drive).Reads.Add(ReadState.Ok, 3),
    };

    public static DrivesReading Reading(params ReadOnlySpan<DriveReading> drives) =>
        new(Noon, [.. drives], ScanProblem: null, Folder: null);
}
