using System.CommandLine;

namespace EtcdSentinelExporter.Lab.Testing;

/// <summary>The verbs <c>run-tests</c> and <c>container-check</c>, for scripts/test.</summary>
internal static class TestCommands
{
    private static readonly string s_logs = Path.Combine(Repo.Artifacts, "test");

    public static Command CreateRunTests()
    {
        var project = new Argument<string>("project") { Description = "Name of a project in tests/ that is built." };
        Command command = new("run-tests", """
            Runs the tests of a project, and says each 15 seconds how far they are. Writes into artifacts/test:
            PROJECT.counts (passed, failed, skipped), PROJECT.reasons (why tests were skipped), PROJECT.failed,
            PROJECT.log and PROJECT.trx.
            """) { project };
        command.SetAction(async parsed =>
        {
            var name = parsed.GetValue(project)!;
            Directory.CreateDirectory(s_logs);
            var report = await new TestRunner(name, s_logs, Console.Out).RunAsync();
            await File.WriteAllLinesAsync(Path.Combine(s_logs, $"{name}.reasons"), report.Reasons);
            await File.WriteAllTextAsync(
                Path.Combine(s_logs, $"{name}.counts"), $"{report.Passed} {report.Failed} {report.Skipped}\n");
            return report.Failed == 0 ? 0 : 1;
        });
        return command;
    }

    public static Command CreateContainerCheck()
    {
        Command command = new("container-check", """
            Runs in containers: the integration tests of disks, drives and folders, with and without privileges,
            scripts/demo --once, and beside them scripts/demo --healthy 1. Needs root and a Release build of the tests.
            Exit code 77: no container can be made here; the last line says why.
            """);
        command.SetAction(async _ =>
        {
            Directory.CreateDirectory(s_logs);
            await new ContainerCheck(s_logs, Console.Out).RunAsync();
        });
        return command;
    }
}
