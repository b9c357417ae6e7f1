using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class PressureReadingTests : IDisposable
{
    private readonly TempNode _node = new();
    private readonly FakeClock _clock = new();

    [Fact]
    public void The_ratio_is_of_the_time_between_two_polls()
    {
        var first = Read(stalled: 1_000_000, previous: null);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(first.StalledRatio);
        Assert.Equal(0.2, Read(stalled: 3_000_000, first).StalledRatio);
    }

    [Theory]
    [InlineData(500_000, null)]
    [InlineData(99_000_000, 1.0)]
    public void It_is_never_negative_nor_above_one(long stalled, double? ratio)
    {
        var first = Read(stalled: 1_000_000, previous: null);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ratio, Read(stalled, first).StalledRatio);
    }

    [Fact]
    public void A_kernel_without_it_tells_nothing() =>
        Assert.Equal(
            (null, null), PressureReading.Read(_node.Files, previous: null, _clock) is var none
                ? (none.Totals, none.StalledRatio)
                : default);

    public void Dispose() => _node.Dispose();

    private PressureReading Read(long stalled, PressureReading? previous) => PressureReading.Read(
        _node.With("/pressure/io", $"some avg10=0.00 total=5\nfull avg10=0.00 total={stalled}\n").Files,
        previous, _clock);
}
