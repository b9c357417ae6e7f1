using System.Text.Json;
using EtcdSentinelExporter.Cli.Logging;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli.Logging;

public sealed class LineTests
{
    [Fact]
    public void Logfmt_quotes_what_needs_it()
    {
        var line = LogfmtLine.Write(Event("a \"b\"\nc\u001b[2J\u202e", ("path", "/a/b"), ("empty", "")));

        Assert.Equal(
            """time=2026-01-01T12:00:00.000Z level=warn source=Poller msg="a \"b\"\nc�[2J�" path=/a/b empty="" """.TrimEnd(), line);
    }

    [Fact]
    public void Json_is_one_object_on_one_line()
    {
        var line = JsonLine.Write(Event("a\nb", ("path", "\"")));

        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("a\nb", json.RootElement.GetProperty("msg").GetString());
        Assert.Equal("\"", json.RootElement.GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("a\u202Eb\uFEFFc")]
    [InlineData("a\u001Bb\u2029c")]
    [InlineData("a\U000E0041b\u200Bc")]
    public void No_format_writes_characters_that_change_how_a_line_is_shown(string text)
    {
        var logged = Event(text, ("path", text));

        Assert.EndsWith("msg=a\uFFFDb\uFFFDc path=a\uFFFDb\uFFFDc", LogfmtLine.Write(logged), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(JsonLine.Write(logged));
        Assert.Equal("a\uFFFDb\uFFFDc", json.RootElement.GetProperty("msg").GetString());
        Assert.Equal("a\uFFFDb\uFFFDc", json.RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public void Each_event_is_one_line_with_the_time_of_the_clock_and_no_endless_text()
    {
        var line = Written(provider => provider.CreateLogger("A.B.Poller").Log(
            LogLevel.Error, 0, new string('x', 100_000), new InvalidOperationException("one\ntwo"), (text, _) => text));

        Assert.StartsWith("time=2026-01-01T12:00:00.000Z level=error source=Poller msg=x", line,
            StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.InRange(line.Length, 4096, 6000);
        Assert.Contains("one\\ntwo", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_costs_the_line_and_nothing_else()
    {
        using var full = new FullDisk();
        var lines = new LineWriter(full, Patience.Limit);

        lines.Write("text");
        lines.Write("more");
        lines.Dispose();

        Assert.Equal((2, 2), (full.Tries, lines.Dropped));
    }

    [Fact]
    public void A_log_that_nobody_reads_blocks_nobody_and_its_lost_lines_are_counted()
    {
        using var pipe = new FullPipe();
        var lines = new LineWriter(pipe, flushTimeout: TimeSpan.Zero);

        for (var i = 0; i < 5_000; i++)
            lines.Write("text");

        Assert.InRange(lines.Dropped, 3_900, 4_000);
        lines.Dispose();
        lines.Write("a thread that outlives the program's end");
        Assert.InRange(lines.Dropped, 3_901, 4_001);
    }

    [Fact]
    public void What_the_server_says_of_broken_clients_is_one_warning_a_minute_with_a_count()
    {
        var clock = new FakeClock();
        const string http2 = "Microsoft.AspNetCore.Server.Kestrel.Http2";

        var text = Written(
            provider =>
            {
                var log = provider.CreateLogger(http2);
                for (var i = 0; i < 5_000; i++)
                    log.Log(LogLevel.Critical, 0, i, exception: null, (connection, _) => $"connection {connection}");
                clock.Advance(TimeSpan.FromMinutes(1));
                provider.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.BadRequests")
                    .Log(LogLevel.Error, 0, "bad", exception: null, (line, _) => line);
                provider.CreateLogger("Microsoft.AspNetCore.Server.Kestrel")
                    .Log(LogLevel.Error, 0, "a bug of ours", exception: null, (line, _) => line);
                log.Log(LogLevel.Debug, 0, "asked for", exception: null, (line, _) => line);
            },
            clock);

        Assert.Equal(
            [
                "level=warn source=Http2 msg=\"Client protocol error: connection 0\" count=1",
                "level=warn source=BadRequests msg=\"Client protocol error: bad\" count=5000",
                "level=error source=Kestrel msg=\"a bug of ours\"",
                "level=debug source=Http2 msg=\"asked for\"",
            ],
            text.TrimEnd().Split('\n').Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
    }

    private static string Written(Action<LineLoggerProvider> log, TimeProvider? clock = null)
    {
        using var to = new StringWriter();
        using (var lines = new LineWriter(to, Patience.Limit))
        using (var provider = new LineLoggerProvider(lines, LogfmtLine.Write, clock ?? new FakeClock()))
            log(provider);
        return to.ToString();
    }

    private sealed class FullDisk : TextWriter
    {
        public int Tries { get; private set; }

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            Tries++;
            throw new IOException("No space left on device");
        }
    }

    /// <summary>A pipe whose reader stopped reading.</summary>
    private sealed class FullPipe : TextWriter
    {
        private readonly TaskCompletionSource _read = new();

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void WriteLine(string? value) => _read.Task.GetAwaiter().GetResult();

        protected override void Dispose(bool disposing)
        {
            _read.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private static LogEvent Event(string message, params (string Key, string Value)[] details) => new(
        new FakeClock().GetUtcNow(), LogLevel.Warning, "Poller", message,
        [.. details.Select(d => KeyValuePair.Create(d.Key, d.Value))]);
}
