using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>Many processes that wait, and end when disposed.</summary>
internal sealed class IdleProcesses : IAsyncDisposable
{
    // All read the pipe of the shell, and end as it is closed.
    private const string Script = """
        exec 3<&0
        for number in $(seq "$0"); do cat <&3 >/dev/null & done
        wait
        """;

    private readonly Process _shell;

    private IdleProcesses(Process shell) => _shell = shell;

    public static async Task<IdleProcesses> StartAsync(int count)
    {
        var start = CleanProcess.Clean("/bin/sh", ["-c", Script, count.ToString(CultureInfo.InvariantCulture)]);
        start.RedirectStandardInput = true;
        var shell = Process.Start(start) ?? throw new LabException("no shell");
        var figures = new ProcessFigures(shell.Id);
        await Wait.UntilAsync(() => Task.FromResult(figures.Children.Length >= count), $"{count} processes run");
        return new(shell);
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
