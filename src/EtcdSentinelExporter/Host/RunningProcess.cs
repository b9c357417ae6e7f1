using System.Diagnostics;

namespace EtcdSentinelExporter.Host;

/// <summary>A started process and its captured output.</summary>
internal sealed class RunningProcess
{
    private const int MaxOutput = 2 << 20;
    private const int MaxErrors = 64 << 10;

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

    /// <summary>Kills the process without its children; does nothing after it has exited.</summary>
    public void KillAlone() => _process.Kill();

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
}

/// <param name="ExceedsLimit">True if there was more output than the limit.</param>
internal sealed record CapturedOutput(byte[] Bytes, bool ExceedsLimit);
