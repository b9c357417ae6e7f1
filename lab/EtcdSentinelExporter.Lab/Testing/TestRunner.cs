using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Testing;

/// <summary>Runs a test project that is built, says how far it is, and keeps its log.</summary>
/// <param name="logs">Folder of the logs.</param>
internal sealed class TestRunner(string project, string logs, TextWriter output)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(15);

    private string Log => Path.Combine(logs, $"{project}.log");

    /// <summary>Runs it to its end.</summary>
    /// <param name="options">More options of <c>dotnet test</c>.</param>
    public async Task<TestReport> RunAsync(params string[] options)
    {
        var trx = Path.Combine(logs, $"{project}.trx");
        foreach (var old in Directory.GetFiles(logs, $"{project}_*_hang.log").Append(trx))
            File.Delete(old);
        using var process = Start(
        [
            "test", "--project", Path.Combine(Repo.Root, "tests", project), "-c", "Release", "--no-build",
            "--output", "Detailed", "--results-directory", logs, "--report-trx", "--report-trx-filename",
            $"{project}.trx", "--hangdump", "--hangdump-timeout", "20m", "--hangdump-type", "None", .. options,
        ]);
        var watch = Stopwatch.StartNew();
        var exit = process.WaitForExitAsync();
        while (await Task.WhenAny(exit, Task.Delay(s_tick, TimeProvider.System, CancellationToken.None)) != exit)
            await output.WriteLineAsync($"-       {Name,-28} {watch.Elapsed.TotalSeconds,4:0} s  {Progress()}");
        var report = TestReport.Of(trx, process.ExitCode);
        if (report.Failed > 0)
            await File.WriteAllLinesAsync(Path.Combine(logs, $"{project}.failed"), Complaints());
        return report;
    }

    private string Name => project.Split('.')[^1];

    private Process Start(string[] arguments)
    {
        // The shell only redirects the output.
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec >\"$0\" 2>&1 </dev/null dotnet \"$@\"", Log, .. arguments])
        {
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new LabException("dotnet did not start");
    }

    private string Progress()
    {
        var kinds = File.ReadLines(Log).Select(Kind).CountBy(kind => kind).ToDictionary(StringComparer.Ordinal);
        return string.Join(", ", s_kinds.Select(kind => $"{kinds.GetValueOrDefault(kind)} {kind}"));
    }

    private static readonly string[] s_kinds = ["passed", "failed", "skipped"];

    // What the log says of the run, then of the tests that failed, then of those that hung. Details of a test are
    // indented.
    private IEnumerable<string> Complaints()
    {
        List<string> ofRun = [], ofFailures = [];
        var kind = "";
        foreach (var line in File.ReadLines(Log))
        {
            kind = line.StartsWith(' ') || line.Length == 0 ? kind : Kind(line);
            if (kind == "failed")
                ofFailures.Add(line);
            else if (!s_kinds.Contains(kind, StringComparer.Ordinal))
                ofRun.Add(line);
        }
        var hung = Directory.GetFiles(logs, $"{project}_*_hang.log").SelectMany(File.ReadLines);
        return [.. ofRun, .. ofFailures, .. hung];
    }

    private static string Kind(string line) => line.Split(' ')[0];
}
