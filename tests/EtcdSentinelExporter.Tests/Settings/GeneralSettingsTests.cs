using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Settings;

public sealed class GeneralSettingsTests
{
    [Theory]
    [InlineData("/-/metrics")]
    [InlineData("/etcd/metrics")]
    [InlineData("/runbooks")]
    [InlineData("/runbooks/metrics")]
    public void The_metrics_page_takes_no_path_of_another_page(string path)
    {
        var settings = Read(path);

        Assert.Contains("/runbooks/", Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/runbooks-metrics")]
    [InlineData("/metrics/runbooks")]
    public void A_path_beside_them_is_taken(string path) =>
        Assert.Equal(path, Read(path).Get(GeneralSettings.TelemetryPath));

    private static SettingValues Read(string path) =>
        new SettingsReader(new([GeneralSettings.ConfigFile, GeneralSettings.TelemetryPath]), _ => "").Read(
            new([new RawSetting("web.telemetry-path", path, "--web.telemetry-path")], []),
            new Dictionary<string, string>(StringComparer.Ordinal));
}
