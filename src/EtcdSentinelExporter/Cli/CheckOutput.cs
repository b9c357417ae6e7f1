using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Writes the result of a check as its options say, and chooses the exit code.</summary>
internal sealed class CheckOutput(CommandContext context, CheckOptions options)
{
    /// <summary>node-problem-detector cuts longer lines.</summary>
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
            await WriteTextfileAsync(path, result.Metrics, stopping);
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
        var line = $"{report.StatusWord}: {report.Verdict}";
        return line.Length <= MaxPluginLength ? line : $"{line.AsSpan(0, MaxPluginLength - 1)}…";
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
                await using (var text = new StringWriter())
                {
                    ReportText.Write(report, RunbookCommand.For, ReportText.Console(
                        text, context.Terminal.Width, context.Terminal.HasColours));
                    await context.Out.WriteAsync(text.ToString());
                }
                break;
        }
        await context.Out.FlushAsync(stopping);
    }

    // node_exporter must never see half of a file, and reads it as another user.
    private async Task WriteTextfileAsync(string path, byte[] metrics, CancellationToken stopping)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.OtherRead;
        var partial = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                await file.WriteAsync(metrics, stopping);
                await file.WriteAsync(LastRun(), stopping);
            }
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(partial, Mode);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private byte[] LastRun()
    {
        const string Family = "etcd_sentinel_last_run_timestamp_seconds";
        var now = context.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return Encoding.UTF8.GetBytes(
            $"# HELP {Family} Time of the last run of check --textfile, as Unix time.\n# TYPE {Family} gauge\n"
            + string.Create(CultureInfo.InvariantCulture, $"{Family} {now}\n"));
    }
}
