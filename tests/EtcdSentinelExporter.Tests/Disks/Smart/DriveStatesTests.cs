using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

/// <summary>What smartctl prints about drives that sleep, fail or have SMART switched off.</summary>
public sealed class DriveStatesTests
{
    [Theory]
    [InlineData("20-standby-ata", ReadState.Standby)]
    [InlineData("21-standby-os", ReadState.Standby)]
    [InlineData("22-standby-scsi-timer", ReadState.Standby)]
    [InlineData("23-standby-scsi-command", ReadState.Standby)]
    [InlineData("24-scsi-low-power", ReadState.Standby)]
    [InlineData("25-standby-y", ReadState.Standby)]
    [InlineData("26-sleep-scsi", ReadState.Standby)]
    [InlineData("70-smart-disabled", ReadState.Failed)]
    [InlineData("nvme-broken", ReadState.Failed)]
    [InlineData("ata-broken", ReadState.Failed)]
    [InlineData("ata-half", ReadState.Partial)]
    [InlineData("17-nvme-spare-below", ReadState.Ok)]
    [InlineData("52-sas-pending-nonmedium", ReadState.Ok)]
    public void A_report_leads_to_its_state(string name, string state)
    {
        var report = Recordings.Case(name);

        var (actual, message) = SmartctlVerdict.Of(report, exitCode: 0, wasBusy: null);

        Assert.Equal(state, actual);
        Assert.StartsWith(report.Messages.FirstOrDefault(""), message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ATA", null, ReadState.PowerCheckFailed)]
    [InlineData("ATA", true, ReadState.PowerCheckFailed)]
    [InlineData("ATA", false, ReadState.Standby)]
    [InlineData("SCSI", true, ReadState.Standby)]
    public void Sleep_of_an_ATA_drive_is_believed_only_if_it_served_nothing(
        string protocol, bool? wasBusy, string state) =>
        Assert.Equal(state, StateOf($$$"""
            {"device":{"protocol":"{{{protocol}}}"},
             "smartctl":{"exit_status":3,"messages":[{"string":"Device is in SLEEP mode, exit(3)"}]}}
            """, wasBusy));

    [Theory]
    // Real smartctl prints the hint as text only.
    [InlineData("ATA", 0, """{"available":true,"enabled":false}""", ReadState.Failed)]
    [InlineData("ATA", 4, """{"available":true,"enabled":true}""", ReadState.Failed)]
    [InlineData("ATA", 4, "null", ReadState.Failed)]
    [InlineData("NVMe", 4, "null", ReadState.Failed)]
    [InlineData("SCSI", 4, """{"available":true,"enabled":true}""", ReadState.Failed)]
    [InlineData("SCSI", 4, """{"available":false}""", ReadState.Unsupported)]
    [InlineData("SCSI", 4, "null", ReadState.Unsupported)]
    [InlineData("SCSI", 0, "null", ReadState.Unsupported)]
    [InlineData("NVMe", 0, "null", ReadState.Unsupported)]
    [InlineData("ATA", 4, """{"available":false}""", ReadState.Unsupported)]
    [InlineData("NVMe", 6, "null", ReadState.Open)]
    [InlineData("NVMe", 1, "null", ReadState.Command)]
    public void Without_health_a_drive_that_claims_SMART_has_failed(
        string protocol, int exit, string support, string state) =>
        Assert.Equal(state, StateOf($$$"""
            {"device":{"protocol":"{{{protocol}}}"},"smartctl":{"exit_status":{{{exit}}}},"smart_support":{{{support}}}}
            """));

    [Theory]
    [InlineData("Warning: This result is based on an Attribute check.", ReadState.Ok)]
    [InlineData("Read SMART Error Log failed", ReadState.Partial)]
    public void A_verdict_from_attributes_is_whole(string message, string state) =>
        Assert.Equal(state, StateOf($$$"""
            {"device":{"protocol":"ATA"},"smartctl":{"exit_status":4,"messages":[{"string":"{{{message}}}"}]},
             "ata_smart_attributes":{"table":[{"id":5}]}}
            """));

    private static string StateOf(string json, bool? wasBusy = null) =>
        SmartctlVerdict.Of(Recordings.Parse(json), exitCode: 0, wasBusy).State;
}
