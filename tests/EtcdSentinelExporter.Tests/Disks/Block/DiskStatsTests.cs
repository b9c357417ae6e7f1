using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class DiskStatsTests
{
    private const string Names = "   8       0 sda ";

    private static readonly ImmutableHashSet<string> Wanted = ["sda", "cciss!c0d0"];

    [Fact]
    public void Each_column_is_what_the_kernels_documentation_says()
    {
        var counts = Parse(Names + "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17")["sda"];

        Assert.Equal((1ul, 3ul, 4ul), (counts.Reads, counts.SectorsRead, counts.ReadMilliseconds));
        Assert.Equal((5ul, 7ul, 8ul), (counts.Writes, counts.SectorsWritten, counts.WriteMilliseconds));
        Assert.Equal((9ul, 10ul, 11ul), (counts.Now, counts.BusyMilliseconds, counts.WeightedMilliseconds));
        Assert.Equal((16ul, 17ul), (counts.Flushes, counts.FlushMilliseconds));
    }

    [Theory]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15")]
    public void Older_kernels_count_no_flushes(string numbers)
    {
        var counts = Parse(Names + numbers)["sda"];

        Assert.Equal(
            (1ul, 11ul, null, null),
            (counts.Reads, counts.WeightedMilliseconds, counts.Flushes, counts.FlushMilliseconds));
    }

    [Fact]
    public void What_a_later_kernel_appends_is_left_alone() => Assert.Equal(
        17ul, Parse(Names + "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x")["sda"].FlushMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("1 2 3 4")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 -1")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 18446744073709551616")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 x 17")]
    public void A_line_that_makes_no_sense_is_no_disk(string numbers) => Assert.Empty(Parse(Names + numbers));

    [Fact]
    public void Only_disks_that_are_asked_for_are_told() => Assert.Equal(
        ["sda"], Parse(
            "8 1 sda1 1 1 1 1 1 1 1 1 1 1 1\n8 0 sda 1 1 1 1 1 1 1 1 1 1 1\n8 16 sdb 1 1 1 1 1 1 1 1 1 1 1\n").Keys);

    [Fact]
    public void A_name_with_a_slash_is_told_as_sysfs_writes_it() =>
        Assert.Equal(["cciss!c0d0"], Parse("104 0 cciss/c0d0 1 1 1 1 1 1 1 1 1 1 1").Keys);

    [Fact]
    public void Whatever_the_counts_are_they_come_back() =>
        Prop.ForAll<ulong[]>(numbers =>
        {
            var seventeen = numbers.Concat(Enumerable.Repeat(7ul, 17)).Take(17).ToArray();
            var line = string.Join(' ', seventeen.Select(number => number.ToString(CultureInfo.InvariantCulture)));

            var counts = Parse(Names + line)["sda"];

            Assert.Equal(
                [seventeen[0], seventeen[6], seventeen[15], seventeen[16]],
                [counts.Reads, counts.SectorsWritten, counts.Flushes!.Value, counts.FlushMilliseconds!.Value]);
        }).Holds();

    [Fact]
    public void No_text_breaks_the_reader() =>
        Prop.ForAll<string?, int>((text, cut) =>
        {
            var line = Names + "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17";
            var at = (int)((uint)cut % (uint)line.Length);

            Assert.True(Parse(line[..at] + text + line[at..]).Count <= 1);
        }).Holds();

    private static ImmutableDictionary<string, DiskCounts> Parse(string text) => DiskStats.Parse(text, Wanted);
}
