using System.Text;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Page;

public sealed class PassthroughFilterTests
{
    private static readonly PassthroughFamilies Listed = PassthroughFamilies.Of(["a", "h"]);
    private static readonly PassthroughFamilies Everything = PassthroughFamilies.Of([PassthroughFamilies.All]);

    public static TheoryData<string> Recorded =>
        [.. Directory.GetFiles(Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics"))
            .Select(f => Path.GetFileName(f))];

    [Fact]
    public async Task Lines_of_listed_families_pass_as_they_are()
    {
        const string page =
            "# HELP a Ä \\n x\n# TYPE a gauge\na{x=\"b 1\\\"}\"}  1 5\n\n# HELP b B\nb 2\n # TYPE h histogram\n"
            + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n\ta 2\n# a comment\n#TYPE a gauge\nab 1\n";

        Assert.Equal(
            "# HELP a Ä \\n x\n# TYPE a gauge\na{x=\"b 1\\\"}\"}  1 5\n # TYPE h histogram\n"
            + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n\ta 2\n#TYPE a gauge\n",
            await PassAsync(page, Listed));
    }

    [Fact]
    public async Task What_every_program_tells_of_itself_makes_it_no_etcd()
    {
        var listed = PassthroughFamilies.Of(["process_open_fds", "etcd_server_has_leader"]);

        await Assert.ThrowsAsync<FormatException>(() => PassAsync("process_open_fds 9\ngo_threads 4\n", listed));
        Assert.Equal("process_open_fds 9\n", await PassAsync("process_open_fds 9\netcd_server_id 1\n", listed));
    }

    [Fact]
    public async Task Families_that_come_twice_or_change_their_type_arrive_as_etcd_wrote_them()
    {
        const string page =
            "# TYPE a gauge\na 1\n# TYPE a counter\na 1\n# TYPE h histogram\nh 3\n# TYPE a gauge\na 2\n";

        Assert.Equal(page, await PassAsync(page, Listed));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Of_a_recorded_page_the_listed_families_arrive_whole_and_nothing_else(string file)
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics", file));
        var family = "";
        var expected = new StringBuilder();
        foreach (var line in page.Split('\n')[..^1])
        {
            // On these pages every family begins with its HELP.
            family = line.StartsWith("# HELP ", StringComparison.Ordinal) ? line.Split(' ')[2] : family;
            if (PassthroughNames.Used.Contains(family))
                expected.Append(line).Append('\n');
        }

        Assert.Equal(expected.ToString(), await PassAsync(page, PassthroughFamilies.Of([PassthroughFamilies.Default])));
        Assert.Contains(
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.008\"}", expected.ToString(), StringComparison.Ordinal);
        Assert.Equal(page, await PassAsync(page, Everything));
    }

    [Fact]
    public void A_page_arrives_the_same_however_it_is_cut_into_pieces() =>
        Prop.ForAll(Gen.Choose(1, 60).ToArbitrary(), chunk =>
        {
            const string page = "# TYPE a gauge\na{x=\"1\"} 1\nb 2\n\nh_sum 2\nzzzzzzzzzzzzzzzzz 3\na 4\n";
            Assert.Equal(
                "# TYPE a gauge\na{x=\"1\"} 1\nh_sum 2\na 4\n",
                PassAsync(page, Listed, chunk).GetAwaiter().GetResult());
        }).Holds();

    [Theory]
    [InlineData("a 1\na 204", "line 2 of the metrics page is truncated")]
    [InlineData("a 1\nb 204", "line 2 of the metrics page is truncated")]
    [InlineData("a 1\n<html>\n", "line 2 of the metrics page is not a line of a metrics page")]
    [InlineData("\u001f\u008b\u0008 a\n", "line 1 of the metrics page is not a line of a metrics page")]
    [InlineData("\0a 1\n", "line 1 of the metrics page is not a line of a metrics page")]
    [InlineData("b 1\nc 2\n", "no sample of the selected families")]
    [InlineData("# TYPE a gauge\n", "no sample of the selected families")]
    [InlineData("", "no sample of the selected families")]
    public async Task What_is_no_page_of_etcds_is_said(string page, string message) =>
        Assert.Contains(
            message, (await Assert.ThrowsAsync<FormatException>(() => PassAsync(page, Listed))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_line_without_end_is_given_up()
    {
        var error = await Assert.ThrowsAsync<FormatException>(
            () => PassAsync("a 1\na{x=\"" + new string('x', PassthroughFilter.MaxLineLength * 2), Listed));

        Assert.Contains("line 2 of the metrics page exceeds the limit of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_megabytes_take_no_more_memory_than_one_line()
    {
        await using var page = new Repeated(
            "a{x=\"0123456789012345678901234567890123456789\"} 1\n"u8.ToArray(), 100 << 20);
        var passed = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();

        await PassthroughFilter.CopyAsync(page, Listed, (bytes, _) =>
        {
            passed += bytes.Length;
            return ValueTask.CompletedTask;
        }, default);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * PassthroughFilter.MaxLineLength);
        Assert.Equal(page.Length, passed);
    }

    private static async Task<string> PassAsync(string page, PassthroughFamilies families, int chunk = int.MaxValue)
    {
        await using var stream = new Chunks(Encoding.UTF8.GetBytes(page), chunk);
        await using var passed = new MemoryStream();
        await PassthroughFilter.CopyAsync(stream, families, (bytes, token) => passed.WriteAsync(bytes, token), default);
        return Encoding.UTF8.GetString(passed.ToArray());
    }

    private sealed class Chunks(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }

    /// <summary>One line again and again, and never all of it in memory.</summary>
    private sealed class Repeated(byte[] line, int atLeast) : MemoryStream
    {
        private long _at;

        public override long Length => (atLeast / line.Length + 1L) * line.Length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(buffer.Length, Length - _at);
            for (var i = 0; i < read; i++)
                buffer.Span[i] = line[(int)((_at + i) % line.Length)];
            _at += read;
            return ValueTask.FromResult(read);
        }
    }
}
