using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class IoPressureTests
{
    private const string Text =
        "some avg10=5.36 avg60=1.18 avg300=0.27 total=43662698\nfull avg10=5.00 avg60=1.12 avg300=0.24 "
        + "total=18217974\n";

    [Fact]
    public void Totals_are_microseconds_and_the_mean_is_percent() => Assert.Equal(
        new IoPressure(TimeSpan.FromMicroseconds(43_662_698), TimeSpan.FromMicroseconds(18_217_974), 0.05),
        IoPressure.Parse(Text));

    [Theory]
    [InlineData("")]
    [InlineData("some\nfull")]
    [InlineData("some avg10=x total=-1\nfull avg10=101 total=99999999999999999999")]
    [InlineData("full avg10=NaN total=3155760000000001")]
    public void What_makes_no_sense_is_not_known(string text) =>
        Assert.Equal(new IoPressure(null, null, null), IoPressure.Parse(text));

    [Fact]
    public void A_kernel_that_does_not_measure_it_is_no_failure()
    {
        using var node = new TempNode();

        Assert.Null(IoPressure.ReadAll(node.Files));
        Assert.Equal(0.05, IoPressure.Read(node.With("/pressure/io", Text).Files));
    }

    [Fact]
    public void No_text_breaks_the_reader() =>
        Prop.ForAll<string?, int>((text, cut) =>
        {
            var at = (int)((uint)cut % (uint)Text.Length);
            var pressure = IoPressure.Parse(Text[..at] + text + Text[at..]);

            Assert.True(pressure.StalledRatio is null or (>= 0 and <= 1));
            Assert.True(pressure.Waiting is null || pressure.Waiting >= TimeSpan.Zero);
        }).Holds();
}
