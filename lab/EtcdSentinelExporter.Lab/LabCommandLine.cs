using System.CommandLine;

namespace EtcdSentinelExporter.Lab;

/// <summary>Runs a verb; errors are one message and an exit code.</summary>
internal static class LabCommandLine
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"lab: {error.Message}");
            return LabException.Usage;
        }
        try
        {
            // The verbs handle signals and errors.
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is LabException or TimeoutException or IOException or HttpRequestException
            or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"lab: {e.Message}");
            return (e as LabException)?.ExitCode ?? 1;
        }
    }
}
