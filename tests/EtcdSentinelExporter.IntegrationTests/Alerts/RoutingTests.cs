using System.Diagnostics;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Alerts;

/// <summary>The routes of the shipped Alertmanager configuration, as amtool reads them.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData("page", "severity=critical", "alertname=EtcdDown")]
    [InlineData("page", "severity=critical", "alertname=KubeAPIErrorBudgetBurn")]
    [InlineData("ticket", "severity=warning", "alertname=DiskFailing")]
    [InlineData("null", "severity=info", "alertname=EtcdDiskShared")]
    [InlineData("null", "severity=none", "alertname=Watchdog")]
    [InlineData("null", "severity=none", "alertname=InfoInhibitor")]
    [InlineData("ticket", "alertname=WithoutSeverity")]
    public async Task Critical_is_a_page_warning_a_ticket_and_info_reaches_nobody(string receiver, params string[] labels)
    {
        using var amtool = Process.Start(new ProcessStartInfo(
            Tools.Find("amtool"),
            [
                "config", "routes", "test", $"--config.file={Path.Combine(InhibitRule.Folder, "alertmanager.yaml")}",
                "cluster=a", .. labels,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var output = await amtool.StandardOutput.ReadToEndAsync();
        await amtool.WaitForExitAsync();

        Assert.Equal(receiver, output.Trim());
    }
}
