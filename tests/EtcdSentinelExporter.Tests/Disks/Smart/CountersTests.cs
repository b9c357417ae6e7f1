using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

/// <summary>Counters under the names and in the units of each maker.</summary>
public sealed class CountersTests
{
    [Fact]
    public void Each_recording_has_its_counters()
    {
        var nytro = Recordings.Case("81-seagate-nytro-sata").Decoded();
        var real = Recordings.Case("85-seagate-nytro-real-text").Decoded();

        Assert.Equal((4, 9000e9), (nytro.ReportedUncorrectable, nytro.WrittenBytes));
        Assert.Equal((0, 0, 0, 141921e9),
            (real.ReportedUncorrectable, real.OfflineUncorrectable, real.CrcErrors, real.WrittenBytes));
        Assert.Equal((6, 800.0 * (1 << 30)), (Recordings.Case("82-sandisk-marvell").Decoded() is var sanDisk
            ? (sanDisk.CrcErrors, sanDisk.WrittenBytes) : default));
        Assert.Equal(3, Recordings.Case("83-maxio").Decoded().Reallocated);
        Assert.Equal(20878.0 * (1 << 30), Recordings.Case("kingston-SV300-sandforce").Decoded().WrittenBytes);
        Assert.Null(Recordings.Case("dell-SSDSCKKB240G8R").Decoded().WrittenBytes);
        Assert.Null(Recordings.Case("13-solidigm-notindb").Decoded().WrittenBytes);
    }

    [Fact]
    public void A_SAS_drive_counts_pending_defects_and_errors_outside_of_its_medium()
    {
        var health = Recordings.Case("52-sas-pending-nonmedium").Decoded();

        Assert.Equal((12, 77, 0), (health.Pending, health.NonMediumErrors, health.MediaErrors));
        Assert.Equal(13782.768e9, health.WrittenBytes);
    }

    [Fact]
    public void What_a_SAS_drive_reports_only_with_its_logs_is_known_in_between()
    {
        var logs = DriveLogs.Of(Recordings.Case("52-sas-pending-nonmedium"));
        var health = DriveDecoder.Decode(Recordings.Parse(
            """{"device":{"protocol":"SCSI"},"smart_status":{"passed":true},"scsi_grown_defect_list":1}"""), logs);

        Assert.Equal((12, 77, 0, 1, 13782.768e9),
            (health.Pending, health.NonMediumErrors, health.MediaErrors, health.GrownDefects, health.WrittenBytes));
    }

    [Theory]
    [InlineData("SAMSUNG MZ7L3480HCHQ-00A07", "", false, 652566252, 10106, 652566252 * 512.0)]
    [InlineData("ST18000NM000J-2TV103", "", false, 336030386452, 34013, 336030386452 * 512.0)]
    [InlineData("X", "Samsung based SSDs", true, 652566252, 10106, 652566252 * 512.0)]
    // The default name: its unit is unknown.
    [InlineData("SSDSCKKB240G8R", "Dell Certified Intel S4x00/D3-S4x10 Series SSDs", true, 652566252, 10106, null)]
    [InlineData("TS32GMTS400", "Silicon Motion based SSDs", true, 652566252, 10106, null)]
    // Less than a thousandth of the drive in 500 hours, and more than SATA can transfer in one.
    [InlineData("SAMSUNG MZ7L3480HCHQ-00A07", "", true, 46482, 2038, null)]
    [InlineData("SAMSUNG MZ7L3480HCHQ-00A07", "", true, 46482, 499, 46482 * 512.0)]
    [InlineData("SAMSUNG MZ7L3480HCHQ-00A07", "", true, 9e12, 1, null)]
    public void LBAs_written_are_sectors_only_where_the_maker_counts_them(
        string model, string family, bool isKnown, double raw, int hours, double? bytes) =>
        Assert.Equal(bytes, Recordings.Parse($$$"""
            {"model_name":"{{{model}}}","model_family":"{{{family}}}","user_capacity":{"bytes":240057409536},
             "in_smartctl_database":{{{(isKnown ? "true" : "false")}}},"power_on_time":{"hours":{{{hours}}}},
             "ata_smart_attributes":{"table":[
             {"id":241,"name":"Total_LBAs_Written","raw":{"value":{{{(ulong)raw}}},"string":""}}]}}
            """).Decoded().WrittenBytes);

    [Theory]
    [InlineData("26 (35 33 0 0 0)", 26)]
    [InlineData("26 (Min/Max 14/57)", 26)]
    [InlineData("26", 26)]
    [InlineData("0", null)]
    [InlineData("hot", null)]
    public void Temperature_of_0_in_the_log_is_that_of_the_attribute(string text, int? celsius) =>
        Assert.Equal(celsius, Recordings.Parse($$$"""
            {"temperature":{"current":0},"ata_smart_attributes":{"table":[
             {"id":194,"name":"Temperature_Celsius","raw":{"value":77313081373,"string":"{{{text}}}"}}]}}
            """).Decoded().Temperature);

    [Fact]
    public void Minutes_above_a_temperature_are_seconds()
    {
        var health = Recordings.Parse(
            """{"nvme_smart_health_information_log":{"warning_temp_time":3,"critical_comp_time":1}}""").Decoded();

        Assert.Equal((180, 60), (health.WarmSeconds, health.HotSeconds));
    }

    [Theory]
    [InlineData("\"wwn\":{\"naa\":5,\"oui\":3274,\"id\":15028879784}", "0x5000cca37fca81a8")]
    [InlineData("\"logical_unit_id\":\"0x5000cca29063dc00\"", "0x5000cca29063dc00")]
    [InlineData("\"logical_unit_id\":7", "")]
    public void A_world_wide_name_has_one_spelling(string json, string name) =>
        Assert.Equal(name, DriveIdentity.Of(Recordings.Parse("{" + json + "}")).WorldWideName);

    [Theory]
    [InlineData("naa.5000cca29063dc00", "0x5000cca29063dc00")]
    [InlineData("eui.0025388b01a1e2f3", "eui.0025388b01a1e2f3")]
    [InlineData("", "")]
    public void So_has_the_kernels(string kernelName, string name) =>
        Assert.Equal(name, DriveIdentity.Spelled(kernelName));
}
