using System.Text;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Writes the result of a check as its options say, and chooses the exit code.</summary>
internal sealed class CheckOutput(CommandContext context, CheckOptions options)
{
    /// <summary>Maximum length in bytes of UTF-8: node-problem-detector cuts longer lines.</summary>
    public const int MaxPluginLength = 80;

    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">Nothing can be written.</exception>
    public async Task<int> WriteAsync(CheckResult result, CancellationToken stopping)
    {
        if (options.IsPlugin)
        {
            await context.Out.WriteLineAsync(PluginLine(result.Report));
            await context.Out.FlushAsync(stopping);
            return PluginCode(result.Report.Status);
        }
        if (options.Textfile is { } path)
            await Textfile.WriteAsync(path, result.Metrics, context.Clock.GetUtcNow(), stopping);
        else
            await WriteReportAsync(result.Report, stopping);
        return Code(result.Report.Status);
    }

    public static int Code(ReportStatus status) => status switch
    {
        ReportStatus.Ok => ExitCode.Done,
        ReportStatus.Warning => ExitCode.Warning,
        ReportStatus.Critical => ExitCode.Critical,
        _ => ExitCode.Unknown,
    };

    // What repairs nodes acts on a problem: a ticket is none.
    private static int PluginCode(ReportStatus status) => status switch
    {
        ReportStatus.Critical => ExitCode.PluginProblem,
        ReportStatus.Unknown => ExitCode.PluginUnknown,
        _ => ExitCode.Done,
    };

    private static string PluginLine(Report report)
    {
        const string Rest = "...";
        var line = Encoding.UTF8.GetBytes($"{report.StatusWord}: {report.Verdict}");
        if (line.Length <= MaxPluginLength)
            return Encoding.UTF8.GetString(line);
        var end = MaxPluginLength - Rest.Length;
        // Only the first byte of a character has other bits.
        while ((line[end] & 0b1100_0000) == 0b1000_0000)
            end--;
        return Encoding.UTF8.GetString(line, 0, end) + Rest;
    }

    private async Task WriteReportAsync(Report report, CancellationToken stopping)
    {
        switch (options.Format)
        {
            case CheckFormat.Json:
                await context.Out.WriteAsync(Encoding.UTF8.GetString(ReportJson.Write(report)));
                break;
            case CheckFormat.Markdown:
                await context.Out.WriteAsync(ReportMarkdown.Write(report));
                break;
            default:
                await context.Out.WriteAsync(context.Terminal.HasColours
                    ? Coloured(report)
                    : ReportText.Write(report, RunbookCommand.For, context.Terminal.Width));
                break;
        }
        await context.Out.FlushAsync(stopping);
    }

    private string Coloured(Report report)
    {
        using var text = new StringWriter();
        ReportText.Write(
            report, RunbookCommand.For, ReportText.Console(text, context.Terminal.Width, hasColours: true));
        return text.ToString();
    }
}
