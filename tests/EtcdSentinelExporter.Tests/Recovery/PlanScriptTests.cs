using System.Diagnostics;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>The script, run by bash.</summary>
public sealed class PlanScriptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("script");

    private string Ran => Path.Combine(_folder.FullName, "ran");

    [Fact]
    public async Task A_check_runs_after_the_answer_and_before_the_command()
    {
        // It would hold before the question is answered, and does not any more when the answer comes.
        var script = PlanScript.Write(Plan(new("Write")
        {
            Before = [new("Nobody was faster.", $"[ ! -e {Ran} ]")],
            Commands = [new("here", $"echo command >> {Ran}")],
        }));

        var (code, _, error) = await RunAsync(script, whenAsked: () => File.WriteAllText(Ran, "faster\n"));

        Assert.Equal(1, code);
        Assert.Contains("Stopped: before this step: Nobody was faster.", error, StringComparison.Ordinal);
        Assert.Equal("faster\n", await File.ReadAllTextAsync(Ran, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("echo saved; false", "saved", null, 1)]
    [InlineData("echo saved", "saved", null, 0)]
    [InlineData("echo nothing", "saved", null, 1)]
    [InlineData("echo has been compacted; false", "compacted", "has been compacted", 0)]
    [InlineData("echo compacted; false", "compacted", "has been compacted", 1)]
    public async Task A_command_that_fails_stops_it_whatever_it_printed(
        string command, string pattern, string? afterFailure, int expected)
    {
        var script = PlanScript.Write(Plan(new("Save")
        {
            Commands = [new("here", command)],
            Expect = new("it.", pattern, afterFailure),
        }));

        var (code, text, _) = await RunAsync(script);

        Assert.Equal(expected, code);
        Assert.Equal(expected == 0, text.EndsWith("Done.\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_says_what_it_prints()
    {
        var script = PlanScript.Write(Plan(new("Save")
        {
            Commands = [new("by this program", "echo 12:00:00 Done.", new("Done.", "Done[.]$"))],
            Expect = new("Snapshot saved.", "Snapshot saved"),
        }));

        Assert.Equal(0, (await RunAsync(script)).Code);
    }

    [Fact]
    public async Task A_command_that_reads_its_input_takes_no_answer()
    {
        var script = PlanScript.Write(Plan(new("Read") { Commands = [new("here", "cat && echo read")] }));

        Assert.Equal(0, (await RunAsync(script)).Code);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static RecoveryPlan Plan(RecoveryStep step) => new("nospace", "A test") { Steps = [step] };

    private async Task<(int Code, string Out, string Error)> RunAsync(string script, Action? whenAsked = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var file = Path.Combine(_folder.FullName, "script");
        await File.WriteAllTextAsync(file, script, cancellation);
        using var process = Process.Start(new ProcessStartInfo(Programs.Need("bash"), [file])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // The command is shown before the question.
        var text = "";
        while (!text.EndsWith("$ ", StringComparison.Ordinal) && await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            text = line.StartsWith("  $ ", StringComparison.Ordinal) ? "$ " : line;
        whenAsked?.Invoke();
        await process.StandardInput.WriteLineAsync("yes");
        process.StandardInput.Close();
        var rest = await process.StandardOutput.ReadToEndAsync(cancellation);
        var error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, rest, error);
    }
}
