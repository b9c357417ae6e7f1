using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Pem;

/// <summary>The time zone belongs to the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AloneWithTheTimeZone), DisableParallelization = true)]
public sealed class AloneWithTheTimeZone;

[Collection(nameof(AloneWithTheTimeZone))]
public sealed class CertificateTimesTests : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("TZ");

    [Theory]
    [InlineData("UTC0")]
    [InlineData("JST-9")]
    [InlineData("PST8")]
    public void A_time_is_the_same_wherever_the_node_is(string zone)
    {
        Use(zone);
        foreach (var end in new[] { 253_402_300_799, 2_556_241_445 })
        {
            using var node = new PemNode();

            var file = node.With(PemNode.SelfSigned(new("CN=far"), to: DateTimeOffset.FromUnixTimeSeconds(end))).Look();

            Assert.Equal(end, file.Leaf!.NotAfter.ToUnixTimeSeconds());
        }
    }

    public void Dispose() => Use(_before);

    private static void Use(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }
}
