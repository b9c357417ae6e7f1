using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class ClientRefusalsTests
{
    [Fact]
    public void All_are_counted_and_one_a_minute_is_said()
    {
        var clock = new FakeClock();
        using var log = new LogLines();
        var refusals = new ClientRefusals(clock, log);

        refusals.Note("one");
        clock.Advance(TimeSpan.FromSeconds(59));
        refusals.Note("two");
        clock.Advance(TimeSpan.FromSeconds(1));
        refusals.Note("three");

        Assert.Equal(3, refusals.Count);
        Assert.Equal(2, log.Levels.Count());
        Assert.DoesNotContain("two", log.Text, StringComparison.Ordinal);
        Assert.Contains("three", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(7L, true)]
    public void They_are_a_series_only_where_there_is_tls(long? refused, bool expected)
    {
        var reading = new WebConfigReading(
            IsValid: true, LastValidAt: null, NotBefore: null, NotAfter: null, UnauthorizedRequests: 1, refused,
            ThrottledRequests: 2);
        var lines = WebConfigMetrics.Families.Text(reading).Split('\n');

        Assert.Contains("etcd_sentinel_web_requests_refused_total{reason=\"too_many\"} 2", lines);
        Assert.Equal(
            expected, lines.Contains("etcd_sentinel_web_requests_refused_total{reason=\"client_certificate\"} 7"));
        Assert.Equal(expected, lines.Any(line => line.Contains("client_certificate\"", StringComparison.Ordinal)));
    }
}
