using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Host;

/// <summary>A started process and its captured output.</summary>
internal sealed partial class RunningProcess
{
    private const int MaxOutput = 2 << 20;
    private const int MaxErrors = 64 << 10;
    private const int SignalKill = 9;
    private const int NoSuchProcess = 3;

    private readonly Process _process;

    /// <param name="process">Process; this instance owns it from now on.</param>
    /// <param name="reading">Cancels the capture of its output.</param>
    public RunningProcess(Process process, CancellationToken reading)
    {
        _process = process;
        Output = ReadAsync(process.StandardOutput.BaseStream, MaxOutput, reading);
        Errors = ReadAsync(process.StandardError.BaseStream, MaxErrors, reading);
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public Task<CapturedOutput> Output { get; }

    public Task<CapturedOutput> Errors { get; }

    /// <summary>Completes when the process exits, even if another process keeps its output open.</summary>
    public Task Exited { get; }

    /// <summary>Completes when there is more output than the limit; never if it stays within.</summary>
    public async Task LimitExceededAsync()
    {
        await foreach (var stream in Task.WhenEach(Output, Errors))
        {
            if ((await stream).ExceedsLimit)
                return;
        }
        await new TaskCompletionSource().Task;
    }

    /// <summary>How to start a program. setsid makes the process leader of a new group, so that its children are killed
    /// with it. It execs the program: the process id stays.</summary>
    public static ProcessStartInfo StartInfo(string program, ImmutableArray<string> arguments)
    {
        var info = new ProcessStartInfo("setsid", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    /// <summary>Kills the process and its children; does nothing after all have exited.</summary>
    /// <remarks>A process that has just started has not created its group yet, and has no children.</remarks>
    public void KillGroup()
    {
        if (Kill(-Id, SignalKill) != 0 && Marshal.GetLastPInvokeError() == NoSuchProcess)
            _process.Kill();
    }

    /// <summary>Waits for the exit and releases all resources of the process.</summary>
    public async Task ReapAsync()
    {
        await Exited;
        await _process.StandardOutput.BaseStream.DisposeAsync();
        await _process.StandardError.BaseStream.DisposeAsync();
        _process.Dispose();
    }

    private static async Task<CapturedOutput> ReadAsync(
        Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[16 << 10];
        try
        {
            while (await stream.ReadAsync(chunk, cancellationToken) is var length and > 0)
            {
                if (bytes.Length + length > maxBytes)
                    return new(bytes.ToArray(), ExceedsLimit: true);
                await bytes.WriteAsync(chunk.AsMemory(0, length), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Keep the output until then: the caller decides if that is enough.
        }
        return new(bytes.ToArray(), ExceedsLimit: false);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
