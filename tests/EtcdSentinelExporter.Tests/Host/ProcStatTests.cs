using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class ProcStatTests
{
    private const string Before = "1 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 ";

    [Fact]
    public void Fields_are_those_of_the_manual()
    {
        var stat = ProcStat.Parse(Before + "200 300 0 0 20 0 1 0 12345 4096 17 0 0")!;

        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(123.45), 4096L, 17L),
            (stat.CpuTime, stat.StartedAfterBoot, stat.VirtualBytes, stat.ResidentPages));
    }

    [Theory]
    [InlineData("1 (a) S 1 2 3")]
    [InlineData(Before + "200 300 0 0 20 0 1 0 -12345 4096 17")]
    [InlineData(Before + "200 300 0 0 20 0 1 0 46078848000000 4096 17")]
    [InlineData(Before + "200 300 0 0 20 0 1 0 99999999999999999999 4096 17")]
    [InlineData(Before + "x 300 0 0 20 0 1 0 12345 4096 17")]
    public void What_no_kernel_writes_is_unknown(string text) => Assert.Null(ProcStat.Parse(text));

    [Fact]
    public void Times_after_2038_are_valid() =>
        Assert.Equal(4_000_000_000, ProcStat.BootTime("cpu 1\nbtime 4000000000\n")!.Value.ToUnixTimeSeconds());

    [Theory]
    [InlineData("cpu 1 2 3\n")]
    [InlineData("btime -1\n")]
    [InlineData("btime 99999999999999\n")]
    public void A_boot_time_that_cannot_be_is_unknown(string text) => Assert.Null(ProcStat.BootTime(text));
}
