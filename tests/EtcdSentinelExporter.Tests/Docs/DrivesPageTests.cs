using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>docs/drives.md: the tables of the decoder, and what the decoder makes of one field after the
/// other.</summary>
public sealed class DrivesPageTests
{
    private const string Prefix = "etcd_sentinel_disk_";
    private const string AnyAttribute = """{"id":1,"name":"Raw_Read_Error_Rate","value":100,"raw":{"value":0}}""";

    private static readonly Field[] Fields =
    [
        new("all", "smart_status.passed", "true", """ "smart_status":{"passed":true} """),
        new("all", "power_on_time.hours", "10", """ "power_on_time":{"hours":10} """),
        new("all", "power_cycle_count", "3", """ "power_cycle_count":3 """),
        new("all", "temperature.current", "41", """ "temperature":{"current":41} """),
        new("all", "temperature.op_limit_max, .drive_trip", "70", """ "temperature":{"op_limit_max":70} """),
        Nvme("percentage_used", 7), Nvme("available_spare", 90), Nvme("available_spare_threshold", 10),
        Nvme("critical_warning", 4), Nvme("media_errors", 5), Nvme("num_err_log_entries", 6),
        Nvme("data_units_written", 2), Nvme("unsafe_shutdowns", 8), Nvme("power_cycles", 3), Nvme("power_on_hours", 10),
        Nvme("warning_temp_time", 2), Nvme("critical_comp_time", 1),
        new("NVMe", "nvme_composite_temperature_threshold.warning", "77",
            """ "nvme_composite_temperature_threshold":{"warning":77} """),
        new("NVMe", "nvme_self_test_log", "short, passed", """
            "nvme_self_test_log":{"table":[{"self_test_code":{"string":"Short"},"self_test_result":{"value":0}}]}
            """),
        new("SAS", "scsi_percentage_used_endurance_indicator", "7",
            """ "scsi_percentage_used_endurance_indicator":7 """),
        new("SAS", "endurance_used.current_percent", "7",
            """ "device":{"protocol":"SCSI"},"endurance_used":{"current_percent":7} """),
        new("SAS", "scsi_grown_defect_list", "4", """ "scsi_grown_defect_list":4 """),
        new("SAS", "scsi_error_counter_log, total_uncorrected_errors", "read 2, write 3",
            """
            "scsi_error_counter_log":{"read":{"total_uncorrected_errors":2},"write":{"total_uncorrected_errors":3}}
            """),
        new("SAS", "scsi_error_counter_log.write.gigabytes_processed", "1.5",
            """ "scsi_error_counter_log":{"write":{"gigabytes_processed":"1.5"}} """),
        new("SAS", "scsi_nonmedium_error.count", "9", """ "scsi_nonmedium_error":{"count":9} """),
        new("SAS", "scsi_pending_defects.count", "3", """ "scsi_pending_defects":{"count":3} """),
        new("SAS", "scsi_start_stop_cycle_counter.accumulated_start_stop_cycles", "6",
            """ "scsi_start_stop_cycle_counter":{"accumulated_start_stop_cycles":6} """),
        new("SAS", "scsi_environmental_reports.temperature_1.current", "38",
            """ "scsi_environmental_reports":{"temperature_1":{"current":38}} """),
        new("SAS", "scsi_temperature.drive_trip", "65", """ "scsi_temperature":{"drive_trip":65} """),
        new("SAS", "scsi_self_test_0", "long, passed",
            """ "scsi_self_test_0":{"code":{"string":"Background long"},"result":{"value":0}} """),
        Statistic(page: 7, offset: 8, value: 7), Statistic(page: 1, offset: 24, value: 1000),
        Statistic(page: 5, offset: 88, value: 70),
        new("SATA", "ata_smart_error_log.extended.count, .summary.count", "4",
            """ "ata_smart_error_log":{"extended":{"count":4}} """),
        new("SATA", "ata_smart_self_test_log", "short, passed after 10 h of 30",
            """
            "power_on_time":{"hours":30},"ata_smart_self_test_log":{"standard":{"table":[
             {"type":{"string":"Short"},"status":{"value":0},"lifetime_hours":10}]}}
            """),
        new("SATA", "endurance_used.current_percent, if nothing else is known", "7",
            """ "device":{"protocol":"ATA"},"endurance_used":{"current_percent":7} """),
        new("SATA", "when_failed of an attribute", "past",
            """ "ata_smart_attributes":{"table":[{"id":1,"when_failed":"past"}]} """),
        Attribute("SATA", 188, "Command_Timeout", 85, "85"),
        Attribute("Seagate", 188, "Command_Timeout", 8590065667, "3 2 2"),
        Attribute("SATA", 9, "Power_On_Hours", 10, "10"),
        Attribute("SATA", 9, "Power_On_Hours", 167031278144165, "2725 (151 233 0)"),
        Attribute("SATA", 9, "Power_On_Hours_and_Msec", 3342485283705022, "37054h+12m+52.450s"),
        Attribute("SATA", 194, "Temperature_Celsius", 77313081373, "26 (35 33)"),
    ];

    [Fact]
    public void The_drives_page_is_what_the_decoder_says()
    {
        var page = new StringBuilder(Intro);
        Wear(page);
        Counts(page);
        Written(page);
        Others(page);
        States(page);
        Golden.Match(page.ToString(), Path.Combine(Repo.Root, "docs", "drives.md"));
    }

    [Fact]
    public void It_names_every_series_that_is_decoded()
    {
        var page = File.ReadAllText(Path.Combine(Repo.Root, "docs", "drives.md"));
        var whoAndHow = DrivesMetrics.Families.Text(SomeDrives.Reading(new DriveReading(SomeDrives.Drive("sda"))
        {
            LastAttempt = SomeDrives.Noon,
            LastSuccess = SomeDrives.Noon,
            Took = TimeSpan.Zero,
            ExitStatus = 0,
            Identity = DriveIdentity.Of(SomeDrives.Nvme),
            Reads = SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Nvme).Reads,
        }) with
        { Folder = FolderProblems.None });

        Assert.All(
            DrivesMetrics.Families.Select(family => family.Name)
                .Where(name => !whoAndHow.Contains($"# TYPE {name} ", StringComparison.Ordinal)),
            name => Assert.Contains(name[Prefix.Length..], page, StringComparison.Ordinal));
    }

    private static void Wear(StringBuilder page)
    {
        page.Append(
            """

            ## Wear of SATA drives

            All become `endurance_used_ratio`; `source` is `attr` and the id. The first attribute that a drive has wins.
            Device statistics (`ata_devstat`) win over attributes. An attribute counts only under the name that drivedb.h of
            smartmontools gives it, as of 7.3 and of August 2026. A drive outside of smartctl's database counts only if
            its model begins with Samsung, Intel, Micron or CT, or is known as a drive of Intel's. Life left in 231 never
            rises.

            | id | name | drives | percent used |
            | --- | --- | --- | --- |

            """);
        foreach (var row in WearAttribute.All)
        {
            var maker = row.Maker is { } only ? $"; no other than {only}'s" : "";
            page.Append(CultureInfo.InvariantCulture,
                $"| {row.Id} | `{row.Name}` | {row.Drives}{maker} | {row.Encoding.Meaning} |\n");
        }
    }

    private static void Counts(StringBuilder page)
    {
        page.Append(
            """

            ## Counters of SATA drives

            | series | id | names |
            | --- | --- | --- |

            """);
        foreach (var count in CountAttribute.All)
        {
            var series = count.Names.Select(name => Assert.Single(SeriesOf(Table(count.Id, name, 7, "7")))).Distinct(
                StringComparer.Ordinal);
            page.Append(CultureInfo.InvariantCulture,
                $"| {Code(Assert.Single(series).Split('{')[0])} | {count.Id} | {Code([.. count.Names])} |\n");
        }
    }

    private static void Written(StringBuilder page)
    {
        page.Append(
            """

            ## Bytes written by SATA drives

            All become `written_bytes_total`. The unit counts only where smartctl's entry of the model defines it. A value
            is left out if it is more than SATA can transfer in the time, or after 500 h less than a thousandth of the
            drive.

            | id | name | bytes per count | drives |
            | --- | --- | --- | --- |

            """);
        foreach (var row in WrittenAttribute.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Id} | `{row.Name}` | {row.Unit:#,0} | ")
                .Append(row.IsDefault ? "Samsung, Seagate |\n" : "all in smartctl's database |\n");
        }
    }

    private static void Others(StringBuilder page)
    {
        page.Append(
            """

            ## Other fields

            What one field alone becomes. Fields of NVMe without a prefix are in `nvme_smart_health_information_log`.

            | drives | field of smartctl's JSON | example | series |
            | --- | --- | --- | --- |

            """);
        foreach (var field in Fields)
        {
            var series = SeriesOf(field.Json);
            Assert.True(series.Length > 0, $"{field.Name} becomes nothing");
            page.Append(CultureInfo.InvariantCulture,
                $"| {field.Drives} | {field.Name} | {field.Example} | {Code(series)} |\n");
        }
    }

    private static void States(StringBuilder page)
    {
        page.Append(
            """

            ## States of a read

            Blind states are alerts ([DiskUnreadable](runbooks/DiskUnreadable.md), [DiskHung](runbooks/DiskHung.md)), if the
            drive was read before or carries a role. Values of a blind drive are withdrawn after three periods.

            | `read_state` | blind |
            | --- | --- |

            """);
        foreach (var state in ReadState.All)
            page.Append(CultureInfo.InvariantCulture, $"| `{state}` | {(ReadState.IsBlind(state) ? "yes" : "no")} |\n");
    }

    // Lines of a report with the field that are not there without it.
    private static string[] SeriesOf(string json) =>
    [
        .. Lines(json)
            .Except(Lines($"\"ata_smart_attributes\":{{\"table\":[{AnyAttribute}]}}"), StringComparer.Ordinal)
            .Where(line => !line.Contains("_info{", StringComparison.Ordinal)),
    ];

    private static string[] Lines(string json) => DrivesMetrics.Families
        .Text(SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Report($"{{{json}}}"))))
        .Samples();

    // Without the labels that each series has.
    private static string Code(params string[] series) => string.Join(", ", series
        .Where(line => !line.EndsWith("} 0", StringComparison.Ordinal) || series.Length == 1)
        .Select(line => $"`{line.Replace(Prefix, "", StringComparison.Ordinal)
            .Replace("device=\"sda\",serial=\"K-1\",", "", StringComparison.Ordinal)
            .Replace("{device=\"sda\",serial=\"K-1\"}", "", StringComparison.Ordinal)}`"));

    private static Field Nvme(string name, int value) => new(
        "NVMe", name, value.ToString(CultureInfo.InvariantCulture),
        $$$""" "nvme_smart_health_information_log":{"{{{name}}}":{{{value}}}} """);

    private static Field Statistic(int page, int offset, int value) => new(
        "SATA", FormattableString.Invariant($"device statistics, page {page}, offset {offset}"),
        value.ToString(CultureInfo.InvariantCulture),
        $$$"""
        "ata_device_statistics":{"pages":[{"number":{{{page}}},"table":[
         {"offset":{{{offset}}},"value":{{{value}}},"flags":{"valid":true}}]}]}
        """);

    private static Field Attribute(string drives, int id, string name, ulong raw, string text) => new(
        drives, FormattableString.Invariant($"attribute {id}, `{name}`"), $"`{text}`",
        $"\"model_name\":\"{(drives is "Seagate" ? "ST1000" : "X")}\"," + Table(id, name, raw, text));

    private static string Table(int id, string name, ulong raw, string text) =>
        $$$"""
        "ata_smart_attributes":{"table":[{{{AnyAttribute}}},
         {"id":{{{id}}},"name":"{{{name}}}","value":100,"raw":{"value":{{{raw}}},"string":"{{{text}}}"}}]}
        """;

    private const string Intro = """
        # Drives: what is decoded

        Written by a test; `UPDATE_GOLDEN=1 dotnet test` rewrites it. Series are named without `etcd_sentinel_disk_`;
        [metrics.md](metrics.md) explains them. A value that is missing, negative, or more than a drive can have is absent.
        Where a field is there and cannot be decoded, `decode_problem` is 1.

        """;

    /// <param name="Drives">Drives that report the field.</param>
    /// <param name="Json">A report with this field alone.</param>
    private sealed record Field(string Drives, string Name, string Example, string Json);
}
