using System.Text;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Diagnosis;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class CheckOutputTests
{
    [Theory]
    [InlineData("a", 76, "a...")]
    [InlineData("ü", 76, "ü...")]
    [InlineData("€", 75, "€...")]
    [InlineData("😀", 73, "😀...")]
    public async Task The_line_of_the_plugin_is_cut_between_characters(string character, int min, string end)
    {
        var line = await LineAsync(string.Concat(Enumerable.Repeat(character, 80)));

        Assert.InRange(Encoding.UTF8.GetByteCount(line), min, 80);
        Assert.EndsWith(end, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', line);
    }

    [Fact]
    public async Task A_line_that_fits_is_not_cut()
    {
        var verdict = new string('a', 80 - "ok: ".Length);

        Assert.Equal($"ok: {verdict}", await LineAsync(verdict));
    }

    private static async Task<string> LineAsync(string verdict)
    {
        await using var text = new StringWriter();
        var context = new CommandContext(
            text, TextWriter.Null, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
            TimeProvider.System);
        var options = new CheckOptions(
            TimeSpan.FromSeconds(1), CheckFormat.Text, [], IsPlugin: true, Textfile: null);
        await new CheckOutput(context, options).WriteAsync(
            new(SomeReports.Healthy with { Verdict = verdict }, []), TestContext.Current.CancellationToken);
        return text.ToString().TrimEnd('\n');
    }
}
