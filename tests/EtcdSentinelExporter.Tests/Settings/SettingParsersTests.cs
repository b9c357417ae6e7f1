using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Settings;

public sealed class SettingParsersTests
{
    [Theory]
    [InlineData("15s", 15_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("500ms", 500)]
    [InlineData("30d", 2_592_000_000)]
    [InlineData("1y1w1d1h1m1s1ms", 32_230_861_001)]
    public void Durations_are_written_as_in_Prometheus(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), SettingParsers.Duration(text));

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1m1h")]
    [InlineData("1s1s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("99999999999s")]
    [InlineData("2147483647y")]
    public void Anything_else_is_no_duration(string text) => Assert.Throws<FormatException>(() => SettingParsers.Duration(text));

    [Fact]
    public void A_word_out_of_a_list_is_refused_with_the_list()
    {
        var level = SettingParsers.OneOf(("low", 1), ("high", 2));

        Assert.Equal(2, level("high"));
        Assert.Equal("write one of low, high.", Assert.Throws<FormatException>(() => level("High")).Message);
    }

    [Fact]
    public void Bounds_are_allowed_themselves_and_named_when_crossed()
    {
        var every = SettingParsers.Within(SettingParsers.Duration, "1s", "1d");

        Assert.Equal(TimeSpan.FromSeconds(1), every("1s"));
        Assert.Equal(TimeSpan.FromDays(1), every("24h"));
        Assert.Equal("must be from 1s to 1d.", Assert.Throws<FormatException>(() => every("999ms")).Message);
        Assert.Throws<FormatException>(() => every("2d"));
    }

    [Theory]
    [InlineData(":10379", "[::]:10379")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("[127.0.0.1]:1", "127.0.0.1:1")]
    [InlineData("[::1]:1", "[::1]:1")]
    public void Listen_addresses_have_three_forms(string text, string endPoint) =>
        Assert.Equal(endPoint, ListenAddress.Parse(text).ToString().Replace("0.0.0.0:10379", "[::]:10379",
            StringComparison.Ordinal));

    [Theory]
    [InlineData("10379")]
    [InlineData(":")]
    [InlineData(":65536")]
    [InlineData(":-1")]
    [InlineData("localhost:1")]
    [InlineData("::1:1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("unix:/run/x.sock")]
    public void Anything_else_is_no_listen_address(string text) =>
        Assert.Throws<FormatException>(() => ListenAddress.Parse(text));
}
