using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public sealed class CollectorSettingsTests
{
    private static readonly CollectorSettings Rows = new("things", every: "15s", timeout: "5s");

    [Fact]
    public void The_defaults_are_a_cadence()
    {
        var cadence = Rows.Cadence(Given(), new PollTimeouts());

        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5)), (cadence.Every, cadence.Within));
    }

    [Fact]
    public void A_timeout_beyond_the_interval_is_complained_about() => Assert.Equal(
        ["things.timeout: longer than things.every; lower things.timeout, or raise things.every."],
        Given(("things.every", "2s")).Problems);

    [Fact]
    public void An_interval_that_cannot_be_read_is_the_only_complaint() =>
        Assert.StartsWith("things.every: \"0s\"", Assert.Single(Given(("things.every", "0s")).Problems),
            StringComparison.Ordinal);

    private static SettingValues Given(params (string Key, string Text)[] given)
    {
        var settings = new SettingValues(given.ToLookup(
            g => g.Key, g => new RawSetting(g.Key, g.Text, "a test"), StringComparer.Ordinal));
        foreach (var row in Rows.All)
            row.Check(settings);
        return settings;
    }
}
