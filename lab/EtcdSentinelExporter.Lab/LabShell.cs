using System.Diagnostics;
using System.Text;

namespace EtcdSentinelExporter.Lab;

/// <summary>One shell that stays open, as a person's does: what a block defines, the next one uses. It ends at the
/// first command that fails.</summary>
internal sealed class LabShell : IDisposable
{
    private const string Done = "the block is done";
    // A block waits for members on its own account.
    private static readonly TimeSpan Limit = 3 * Patience.Limit;
    private readonly Process _process;

    /// <param name="bin">Programs that come before those of the system.</param>
    public LabShell(string bin)
    {
        var start = CleanProcess.Clean("/bin/sh", ["-e"]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        start.Environment["PATH"] = $"{bin}:/usr/bin:/bin:/usr/sbin:/sbin";
        _process = Process.Start(start) ?? throw new InvalidOperationException("no shell");
        _process.StandardInput.Write("exec 2>&1\n");
    }

    /// <returns>What the commands printed, errors too.</returns>
    /// <exception cref="InvalidOperationException">A command failed; the message holds what was printed.</exception>
    /// <exception cref="TimeoutException">It was not done in time.</exception>
    public async Task<string> RunAsync(string commands)
    {
        var printed = new StringBuilder();
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        try
        {
            await _process.StandardInput.WriteAsync($"{commands}\necho '{Done}'\n");
            await _process.StandardInput.FlushAsync(limit.Token);
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line == Done)
                    return printed.ToString();
                printed.Append(line).Append('\n');
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"after {Limit} only this was printed: {printed}\nof: {commands}", e);
        }
        throw new InvalidOperationException($"the shell ended after: {printed}\nin: {commands}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
