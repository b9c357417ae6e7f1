using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

public sealed class EnduranceTests
{
    [Theory]
    [InlineData("01-phison-worn-out-raw0", 1, "attr231")]
    [InlineData("02-phison-1pct-left", 0.99, "attr231")]
    [InlineData("03-sk-hynix-201", 0.12, "attr201")]
    [InlineData("04-apacer-lifetime-left", 0.36, "attr231")]
    [InlineData("05-atp-231-percent", 0.39, "attr231")]
    [InlineData("06-wdblue-230", 0.0173, "attr230")]
    [InlineData("13-solidigm-notindb", 0.6, "attr233")]
    [InlineData("17-nvme-spare-below", 0.05, "nvme")]
    [InlineData("41-sandforce-value-lt100-rawbig", 0.86, "attr231")]
    [InlineData("81-seagate-nytro-sata", 0.12, "attr231")]
    [InlineData("82-sandisk-marvell", 0.1234, "attr230")]
    [InlineData("83-maxio", 0.03, "attr231")]
    [InlineData("84-maxio-worn", 1, "attr231")]
    [InlineData("85-seagate-nytro-real-text", 0.07, "attr231")]
    [InlineData("dell-SSDSCKKB240G8R", 0, "attr245")]
    [InlineData("kingston-SV300-sandforce", 0.05, "attr231")]
    public void Each_recording_has_its_endurance(string name, double used, string source)
    {
        var health = Recordings.Case(name).Decoded();

        Assert.Equal((used, source), (Math.Round(health.Endurance!.UsedRatio, 9), health.Endurance.Source));
        Assert.Empty(health.Undecodable);
    }

    [Theory]
    [InlineData("SandForce Driven SSDs", 100, 0, 0.0)]
    [InlineData("SandForce Driven SSDs", 95, 7, 0.05)]
    [InlineData("Phison Driven SSDs", 100, 0, 1.0)]
    [InlineData("Phison Driven SSDs", 0, 0, 1.0)]
    [InlineData("Silicon Motion based SSDs", 0, 0, 1.0)]
    [InlineData("Silicon Motion based SSDs", 100, 100, 0.0)]
    [InlineData("Seagate Nytro SATA SSD", 93, 0x645d00, 0.07)]
    [InlineData("Silicon Motion based SSDs", 100, 0, null)]
    [InlineData("Silicon Motion based SSDs", 253, 0, null)]
    [InlineData("Phison Driven SSDs", 100, 101, null)]
    [InlineData("Phison Driven SSDs", 60, 0, 0.4)]
    [InlineData("Seagate Nytro SATA SSD", 253, 0x645d00, null)]
    public void Attribute_231_has_three_encodings(string family, int value, ulong raw, double? used)
    {
        var health = Life(family, value, raw).Decoded();

        Assert.Equal(used, health.Endurance is { } is100 ? Math.Round(is100.UsedRatio, 9) : null);
        Assert.Equal(used is null, health.Undecodable.Contains("endurance"));
    }

    [Theory]
    // New, or worn out? It was nearly worn out before.
    [InlineData("Silicon Motion based SSDs", 100, 0, 0.99, 0.99)]
    [InlineData("Silicon Motion based SSDs", 100, 100, 0.99, 0.99)]
    [InlineData("Phison Driven SSDs", 100, 0, 0.99, 1.0)]
    public void Life_left_never_rises(string family, int value, ulong raw, double before, double now)
    {
        var (used, isUndecodable) = Endurance.Decode(
            Life(family, value, raw), DriveLogs.Of(Life(family, value, raw)), new(before, "attr231"));

        Assert.Equal((now, false), (used!.UsedRatio, isUndecodable));
    }

    [Fact]
    public void Another_source_is_no_lower_bound() => Assert.Equal(
        0.1,
        Endurance.Decode(
            Life("Phison Driven SSDs", 100, 90), DriveLogs.Of(Recordings.Parse("{}")),
            new(0.5, "ata_devstat")).Used!.UsedRatio, 9);

    [Theory]
    // Seen on drives; the average number of erasures divided by the rated one is the middle word.
    [InlineData(230, "Media_Wearout_Indicator", "WD Blue / Red / Green SSDs", 100, 0x2f24_2314_2f24, 0.4736)]
    [InlineData(230, "Perc_Write/Erase_Count", "Marvell based SanDisk SSDs", 100, 1421638828363, 0.0175)]
    [InlineData(230, "Perc_Write/Erase_Count", "SanDisk based SSDs", 100, 286, 0.0286)]
    [InlineData(230, "Media_Wearout_Indicator", "WD Blue / Red / Green SSDs", 100, 0x2f64_2314_2f64, null)]
    [InlineData(230, "Media_Wearout_Indicator", "SandForce Driven SSDs", 50, 50, null)]
    [InlineData(209, "Remaining_Lifetime_Perc", "Indilinx Barefoot based SSDs", 0, 91, 0.09)]
    [InlineData(233, "Remaining_Lifetime_Perc", "OCZ Intrepid 3000 SSDs", 91, 91, 0.09)]
    [InlineData(245, "DriveLife_Used%", "Sandisk SATA CS1K GEN1 ESS SSDs", 100, 7, 0.07)]
    [InlineData(232, "Percent_Life_Used", "XITC SSDs", 98, 2, 0.02)]
    [InlineData(248, "Remaining_Life", "Swissbit X-8x Family SATA SSD", 100, 40, 0.6)]
    public void Each_maker_has_its_own_name(int id, string name, string family, int value, ulong raw, double? used) =>
        Assert.Equal(used, Wear(id, name, family, value, raw).Decoded().Endurance is { } endurance
            ? Math.Round(endurance.UsedRatio, 9) : null);

    [Theory]
    [InlineData("SOLIDIGM SSDSC2KB480GZ", 0.6)]
    [InlineData("VK000480GWSXF", 0.6)]
    // HPE sells other makers' drives under such names too.
    [InlineData("VK000480GXAWK", null)]
    public void Intels_drives_are_sold_under_other_names(string model, double? used) =>
        Assert.Equal(used, Recordings.Parse($$$"""
            {"model_name":"{{{model}}}","in_smartctl_database":false,"ata_smart_attributes":{"table":[
             {"id":233,"name":"Media_Wearout_Indicator","value":40,"raw":{"value":0,"string":"0"}}]}}
            """).Decoded().Endurance?.UsedRatio);

    [Theory]
    [InlineData("true", "Wear_Leveling_Count", 0.05)]
    [InlineData("false", "Wear_Leveling_Count", null)]
    // The drive's own attribute is ambiguous, so a guess from it is not better.
    [InlineData("true", "SSD_Life_Left", null)]
    public void Where_no_row_fits_smartctls_guess_is_used(string isKnown, string name, double? used)
    {
        var endurance = Recordings.Parse($$$"""
            {"model_name":"STEC","in_smartctl_database":{{{isKnown}}},"endurance_used":{"current_percent":5},
             "ata_smart_attributes":{"table":[
             {"id":231,"name":"{{{name}}}","value":100,"raw":{"value":0,"string":"0"}}]}}
            """).Decoded().Endurance;

        Assert.Equal((used, used is null ? null : "smartctl"), (endurance?.UsedRatio, endurance?.Source));
    }

    [Fact]
    public void No_name_is_listed_twice() => Assert.Distinct(
        WearAttribute.All.Select(row => (row.Id, row.Name)));

    private static SmartReport Life(string family, int value, ulong raw) =>
        Wear(231, "SSD_Life_Left", family, value, raw);

    private static SmartReport Wear(int id, string name, string family, int value, ulong raw) =>
        Recordings.Parse($$$"""
            {"model_family":"{{{family}}}","in_smartctl_database":true,"ata_smart_attributes":{"table":[
             {"id":{{{id}}},"name":"{{{name}}}","value":{{{value}}},"raw":{"value":{{{raw}}},"string":"{{{raw}}}"}}]}}
            """);
}
