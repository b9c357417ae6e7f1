using System.Text.Json;
using EtcdSentinelExporter.Logging;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Logging;

public sealed class LineTests
{
    [Fact]
    public void Logfmt_quotes_what_needs_it()
    {
        var line = LogfmtLine.Write(Event("a \"b\"\nc\u001b[2J\u202e", ("path", "/a/b"), ("empty", "")));

        Assert.Equal(
            """time=2026-01-01T12:00:00.000Z level=warn source=Poller msg="a \"b\"\nc\u001b[2J\u202e" path=/a/b empty="" """.TrimEnd(), line);
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

    [Fact]
    public void Each_event_is_one_line_with_the_time_of_the_clock_and_no_endless_text()
    {
        using var to = new StringWriter();
        using var provider = new LineLoggerProvider(to, LogfmtLine.Write, new FakeClock());

        provider.CreateLogger("A.B.Poller").Log(
            LogLevel.Error, 0, new string('x', 100_000), new InvalidOperationException("one\ntwo"), (text, _) => text);

        var line = to.ToString();
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
        using var provider = new LineLoggerProvider(full, LogfmtLine.Write, new FakeClock());

        provider.CreateLogger("A").Log(LogLevel.Error, 0, "text", exception: null, (text, _) => text);

        Assert.Equal(1, full.Tries);
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

    private static LogEvent Event(string message, params (string Key, string Value)[] details) => new(
        new FakeClock().GetUtcNow(), LogLevel.Warning, "Poller", message,
        [.. details.Select(d => KeyValuePair.Create(d.Key, d.Value))]);
}
