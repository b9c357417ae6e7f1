using System.Text;
using EtcdSentinelExporter.Etcd.Page;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Page;

public class MetricsPageReaderTests
{
    private static readonly MetricsPageLimits Small = new(LineBytes: 40, TotalBytes: 200, Samples: 3);

    [Theory]
    [InlineData("a 1", 1)]
    [InlineData("a 2.147483648e+09", 2147483648)]
    [InlineData("a +Inf", double.PositiveInfinity)]
    [InlineData("a -Inf", double.NegativeInfinity)]
    [InlineData("a NaN", double.NaN)]
    [InlineData("a -1", -1)]
    [InlineData(" a\t \t1.5   1700000000000 ", 1.5)]
    [InlineData("a{} 3", 3)]
    public async Task A_value_is_read(string line, double value) =>
        Assert.Equal(value, (await ReadAsync($"{line}\n")).Value("a"));

    [Theory]
    [InlineData("a{x=\"1\"} 1", "1")]
    [InlineData("a{x=\"1\",} 1", "1")]
    [InlineData("a { x = \"1\" , y=\"2\" } 1 5", "1")]
    [InlineData("a{x=\"\"} 1", "")]
    [InlineData("a{x=\" }, \"} 1", " }, ")]
    [InlineData("a{x=\"\\\\n\\\"\\n\"} 1", "\\n\"\n")]
    [InlineData("a{x=\"ä\U0001F6A8\"} 1", "ä\U0001F6A8")]
    public async Task Labels_are_read(string line, string x) =>
        Assert.Equal(x, Assert.Single((await ReadAsync($"{line}\n")).Of("a")).Labels["x"]);

    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a one")]
    [InlineData("a 1 2 3")]
    [InlineData("a 1 soon")]
    [InlineData("a 1\r")]
    [InlineData("a Infinity")]
    [InlineData("a{ 1")]
    [InlineData("a{x} 1")]
    [InlineData("a{x=1} 1")]
    [InlineData("a{x=\"1} 1")]
    [InlineData("a{x=\"1\\")]
    [InlineData("a{x=\"\\t\"} 1")]
    [InlineData("a{x=\"1\" y=\"2\"} 1")]
    [InlineData("a{x=\"1\",x=\"2\"} 1")]
    [InlineData("a{,} 1")]
    [InlineData("a{\"x\"=\"1\"} 1")]
    public async Task A_malformed_line_is_named_when_it_is_wanted(string line)
    {
        var error = await Assert.ThrowsAsync<FormatException>(() => ReadAsync($"# TYPE a gauge\n\n{line}\n"));
        var unwanted = await ReadAsync($"un{line}\na 1\n");

        Assert.Contains("line 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(unwanted.Samples).Value);
    }

    [Fact]
    public async Task What_is_not_wanted_may_hold_anything()
    {
        var page = await ReadAsync("}{\u0000\n\"\n{a=\"1\"} 3\nab 1\n# a 5\n   \n#\na 7\n");

        Assert.Equal(7, Assert.Single(page.Samples).Value);
    }

    [Fact]
    public async Task A_wanted_histogram_comes_with_its_parts()
    {
        var page = await ReadAsync("a_bucket{le=\"+Inf\"} 4\na_sum 2.5\na_count 4\na_total 9\na_b_sum 1\n");

        Assert.Equal<string[]>(["a_bucket", "a_sum", "a_count"], [.. page.Samples.Select(sample => sample.Name)]);
        Assert.Equal(2.5, page.Value("a_sum"));
        Assert.Null(page.Value("a_bucket"));
    }

    [Fact]
    public async Task A_page_without_the_family_has_no_value_of_it() =>
        Assert.Null((await ReadAsync("b 1\n")).Value("a"));

    [Fact]
    public async Task A_page_that_was_cut_is_refused()
    {
        var error = await Assert.ThrowsAsync<FormatException>(() => ReadAsync("a 204"));

        Assert.Contains("line 1 of the metrics page is truncated", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task A_page_reads_the_same_however_it_arrives(int chunk)
    {
        var page = await ReadAsync("# HELP a ä\na{x=\"ä\"} 1\nb 2\na{x=\"2\"} 3\n", chunk: chunk);

        Assert.Equal([("ä", 1.0), ("2", 3.0)], page.Samples.Select(sample => (sample.Labels["x"], sample.Value)));
    }

    [Theory]
    [InlineData("a 1\nb 0123456789012345678901234567890123456789\n",
        "line 2 of the metrics page exceeds the limit of 40 bytes")]
    [InlineData("a 1\na 2\na 3\na 4\n", "line 4 of the metrics page exceeds the limit of 3 samples")]
    public async Task A_limit_is_named(string page, string message) =>
        Assert.Contains(
            message,
            (await Assert.ThrowsAsync<FormatException>(() => ReadAsync(page, Small))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_page_without_end_is_given_up()
    {
        await using var endless = new EndlessPage();

        var error = await Assert.ThrowsAsync<FormatException>(
            () => MetricsPageReader.ReadAsync(endless, new HashSet<string>(StringComparer.Ordinal), Small, default));

        Assert.Contains("exceeds the limit of 200 bytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(endless.BytesRead, 201, 260);
    }

    [Fact]
    public async Task Reading_ends_when_nobody_waits_for_it()
    {
        await using var endless = new EndlessPage();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MetricsPageReader.ReadAsync(
            endless, new HashSet<string>(StringComparer.Ordinal), new CancellationToken(canceled: true)));
        Assert.Equal(0, endless.BytesRead);
    }

    private static async Task<MetricsPage> ReadAsync(string page, MetricsPageLimits? limits = null, int chunk = 4096)
    {
        await using var stream = new Chunks(Encoding.UTF8.GetBytes(page), chunk);
        var wanted = new HashSet<string>(["a"], StringComparer.Ordinal);
        return await MetricsPageReader.ReadAsync(stream, wanted, limits ?? MetricsPageLimits.Default, default);
    }

    private sealed class Chunks(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }

    private sealed class EndlessPage : MemoryStream
    {
        public int BytesRead { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            buffer.Span.Fill((byte)'\n');
            BytesRead += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
