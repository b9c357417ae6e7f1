using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

public sealed class DecodingTests
{
    [Theory]
    [InlineData(17180131332, false, 4, 4, 4)]
    [InlineData(8590065666, false, 2, 2, 2)]
    [InlineData(51540393996, false, 12, 12, 12)]
    [InlineData(0x0000_0001_0003, true, 3, 1, 0)]
    [InlineData(0, true, 0, 0, 0)]
    public void Seagates_command_timeouts_are_three_words(
        ulong raw, bool isSeagate, ulong total, ulong over5, ulong over7) =>
        Assert.Equal(new(total, over5, over7), CommandTimeouts.Decode(raw, isSeagate));

    [Theory]
    [InlineData(85)]
    [InlineData(132)]
    [InlineData(65535)]
    public void Everybody_elses_are_a_plain_count(ulong raw) =>
        Assert.Equal(new(raw, null, null), CommandTimeouts.Decode(raw, isSeagate: false));

    [Theory]
    [InlineData(0x0003_0002_0001)]
    [InlineData(0x0001_0000_0000_0000)]
    public void Words_that_grow_upwards_are_no_count_at_all(ulong raw) =>
        Assert.Null(CommandTimeouts.Decode(raw, isSeagate: true));

    [Theory]
    [InlineData("Power_On_Hours_and_Msec", 3342485283705022, "37054h+12m+52.450s", 37054.2)]
    [InlineData("Power_On_Hours", 9023116403587028, "9023116403587028", 47060)]
    [InlineData("Power_On_Hours", 115594749838557, "34013 (105 34 0)", 34013)]
    [InlineData("Power_On_Hours", 209259396633810, "209259396633810", 38098)]
    [InlineData("Power_On_Hours", 167031278144165, "2725 (151 233 0)", 2725)]
    [InlineData("Power_On_Hours", 62247, "62247", 62247)]
    public void Power_on_time_is_understood_in_each_encoding(string name, ulong raw, string text, double hours) =>
        Assert.Equal(hours, Attribute(9, name, 1, raw, text).Decoded().PowerOn!.Value.TotalHours, 6);

    [Theory]
    [InlineData("Power_On_Minutes", 1234567, "1234567")]
    [InlineData("Unknown_Attribute", 62247, "62247")]
    public void Attribute_9_in_an_unknown_unit_is_no_power_on_time(string name, ulong raw, string text) =>
        Assert.Null(Attribute(9, name, 1, raw, text).Decoded().PowerOn);

    [Theory]
    [InlineData("""{"id":9,"when_failed":"past"}""", 1)]
    [InlineData("""{"id":9,"when_failed":""}""", null)]
    public void An_invalid_row_leaves_none_unknown_and_hides_no_failure_of_another(string row, int? failed) =>
        Assert.Equal(failed, Recordings.Parse(
            """{"ata_smart_attributes":{"table":[{"id":-5},""" + row + "]}}").Decoded().FailedInThePast);

    [Fact]
    public void More_hours_than_a_drive_can_have_are_a_problem_and_no_number()
    {
        var health = Attribute(9, "Power_On_Hours", 1, 3_985_102, "3985102").Decoded();

        Assert.Null(health.PowerOn);
        Assert.Equal("power_on", Assert.Single(health.Undecodable));
    }

    [Theory]
    [InlineData(202, "Percent_Lifetime_Remain", 9, 91, "Micron", 0.91)]
    [InlineData(202, "Percent_Lifetime_Remain", 0, 120, "Micron", 1.2)]
    [InlineData(202, "Perc_Rated_Life_Used", 98, 2, "Crucial", 0.02)]
    [InlineData(177, "Wear_Leveling_Count", 90, 1773, "SAMSUNG X", 0.1)]
    [InlineData(233, "Media_Wearout_Indicator", 15, 0, "INTEL X", 0.85)]
    [InlineData(245, "Percent_Life_Remaining", 60, 60, "SSDSCKJB", 0.4)]
    [InlineData(231, "SSD_Life_Left", 100, 74, "KINGSTON", 0.26)]
    [InlineData(231, "SSD_Life_Left", 93, 0, "OCZ", 0.07)]
    [InlineData(169, "Remaining_Lifetime_Perc", 100, 96, "TS32", 0.04)]
    public void Wear_is_one_number_whatever_the_maker_counts(
        int id, string name, int value, ulong raw, string model, double used)
    {
        var endurance = Attribute(id, name, value, raw, "", model).Decoded().Endurance;

        Assert.Equal(used, endurance!.UsedRatio, 9);
        Assert.Equal("attr" + id.ToString(CultureInfo.InvariantCulture), endurance.Source);
    }

    [Theory]
    [InlineData(202, "Data_Address_Mark_Errs", "ST3200820AS")]
    [InlineData(202, "Exception_Mode_Status", "SAMSUNG X")]
    [InlineData(202, "End_of_Life", "SSDSCKJB")]
    [InlineData(233, "Total_LBAs_Written", "SSDSCKJB")]
    [InlineData(233, "Flash_Writes_GiB", "KINGSTON")]
    [InlineData(233, "Media_Wearout_Indicator", "WDC")]
    [InlineData(177, "Wear_Range_Delta", "OCZ")]
    [InlineData(177, "Wear_Leveling_Count", "TS32")]
    [InlineData(245, "Timed_Workld_Media_Wear", "SAMSUNG X")]
    public void The_same_number_under_another_name_is_not_wear(int id, string name, string model) =>
        Assert.Null(Attribute(id, name, 50, 50, "", model).Decoded().Endurance);

    [Fact]
    public void Names_of_a_model_that_smartctl_does_not_know_are_not_believed() =>
        Assert.Null(Attribute(231, "SSD_Life_Left", 100, 74, "", "P3-2TB", isKnown: false).Decoded().Endurance);

    [Fact]
    public void A_value_beyond_100_percent_left_is_a_problem()
    {
        var health = Attribute(245, "Percent_Life_Remaining", 200, 0, "").Decoded();

        Assert.Null(health.Endurance);
        Assert.Equal("endurance", Assert.Single(health.Undecodable));
    }

    [Fact]
    public void The_words_above_a_sector_count_are_not_part_of_it() =>
        Assert.Equal(
            12, Attribute(5, "Reallocated_Sector_Ct", 100, 0x0005_0000_000C, "12 (5 0)").Decoded().Reallocated);

    [Fact]
    public void An_attribute_without_a_value_has_none() =>
        Assert.Null(Parse("""{"id":231,"name":"SSD_Life_Left"}""", "X", isKnown: true).Decoded().Endurance);

    [Fact]
    public void Reliability_of_a_drive_that_says_nothing_is_nothing()
    {
        var health = SmartReport.Parse("{}"u8.ToArray()).Decoded();

        Assert.Equal(new DriveHealth() with { SelfTests = health.SelfTests, Undecodable = health.Undecodable }, health);
        Assert.Empty(health.SelfTests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"smartctl\":")]
    [InlineData("{]")]
    [InlineData("no device")]
    [InlineData("{\"smartctl\":{\"\\ud800\":1}}")]
    [InlineData("{\"a\":[{\"x\\udc00\":1}]}")]
    public void Text_that_is_not_smartctls_is_refused_in_one_sentence(string text) =>
        Assert.StartsWith(
            "smartctl printed",
            Assert.Throws<FormatException>(() => SmartReport.Parse(Encoding.UTF8.GetBytes(text))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("""[1]{"smartctl":7}""")]
    [InlineData("""{"smartctl":{"messages":{}},"ata_smart_attributes":{"table":[1,null,{"id":"x"},{"id":-1},{"id":5,"raw":{"value":-1}}]}}""")]
    [InlineData("""{"device":"\ud800","model_name":"\ud800","power_on_time":{"hours":1e999},"nvme_smart_health_information_log":[]}""")]
    [InlineData("""{"temperature":{"current":"hot"},"scsi_error_counter_log":{"write":{"gigabytes_processed":"NaN"}}}""")]
    public void Shapes_that_no_drive_should_have_are_not_known_values(string text)
    {
        try
        {
            var health = SmartReport.Parse(Encoding.UTF8.GetBytes(text)).Decoded();

            Assert.Null(health.WrittenBytes);
            Assert.Null(health.PowerOn);
        }
        catch (FormatException e)
        {
            Assert.Contains("smartctl", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-7")]
    [InlineData("1e300")]
    public void A_number_that_no_drive_counts_to_is_unknown(string number)
    {
        var health = SmartReport.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"nvme_smart_health_information_log":{"unsafe_shutdowns":{{{number}}},"data_units_written":{{{number}}},"available_spare":{{{number}}}}}"""))
            .Decoded();

        Assert.Null(health.UnsafeShutdowns);
        Assert.Null(health.WrittenBytes);
        Assert.Null(health.Spare);
    }

    [Fact]
    public void More_spare_than_all_is_unknown() => Assert.Null(
        SmartReport.Parse("""{"nvme_smart_health_information_log":{"available_spare":255}}"""u8.ToArray()).Decoded().Spare);

    [Theory]
    [InlineData("7.3-sda-x.json", "ATA", ReadState.Partial)]
    [InlineData("7.5-sda-iHA.json", "ATA", ReadState.Ok)]
    [InlineData("7.3-nvme0n1-iHA.json", "NVMe", ReadState.Ok)]
    [InlineData("7.5-nvme0n1-x.json", "NVMe", ReadState.Ok)]
    [InlineData("7.3-sdb-iHA.json", "SCSI", ReadState.Unsupported)]
    [InlineData("7.5-sdb-iHA.json", "SCSI", ReadState.Unsupported)]
    public void Emulated_disks_are_what_they_are(string file, string protocol, string state)
    {
        var report = Recordings.Own(file);

        Assert.Equal(protocol, report.Protocol);
        Assert.Equal(state, SmartctlVerdict.Of(report, exitCode: 0, wasBusy: null).State);
        Assert.NotEqual(0, report.Decoded().Temperature);
    }

    private static SmartReport Attribute(
        int id, string name, int value, ulong raw, string text, string model = "X", bool isKnown = true) =>
        Parse(
            $$$"""{"id":{{{id}}},"name":"{{{name}}}","value":{{{value}}},"raw":{"value":{{{raw}}},"string":"{{{text}}}"}}""", model, isKnown);

    private static SmartReport Parse(string row, string model, bool isKnown) =>
        SmartReport.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"model_name":"{{{model}}}","in_smartctl_database":{{{(isKnown ? "true" : "false")}}},"ata_smart_attributes":{"table":[{{{row}}}]}}"""));
}
