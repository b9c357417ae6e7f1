using System.Diagnostics;

namespace EtcdSentinelExporter.Host;

/// <summary>A process that was started, and what it has printed so far.</summary>
internal sealed class RunningProcess
{
    private const int MaxOutput = 2 << 20;
    private const int MaxErrors = 64 << 10;

    private readonly Process _process;

    /// <param name="process">Belongs to this from now on.</param>
    /// <param name="reading">Ends the reading of what it prints.</param>
    public RunningProcess(Process process, CancellationToken reading)
    {
        _process = process;
        Output = ReadAsync(process.StandardOutput.BaseStream, MaxOutput, reading);
        Errors = ReadAsync(process.StandardError.BaseStream, MaxErrors, reading);
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public Task<Printed> Output { get; }

    public Task<Printed> Errors { get; }

    /// <summary>Ends with the process, also while somebody else holds its output open.</summary>
    public Task Exited { get; }

    /// <summary>Kills it, and none of its children; does nothing once it has exited.</summary>
    public void KillAlone() => _process.Kill();

    /// <summary>Ends when the process is gone and nothing of it is held any more.</summary>
    public async Task BuryAsync()
    {
        await Exited;
        await _process.StandardOutput.BaseStream.DisposeAsync();
        await _process.StandardError.BaseStream.DisposeAsync();
        _process.Dispose();
    }

    private static async Task<Printed> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[16 << 10];
        try
        {
            while (await stream.ReadAsync(chunk, cancellationToken) is var length and > 0)
            {
                if (bytes.Length + length > most)
                    return new(bytes.ToArray(), IsTooMuch: true);
                await bytes.WriteAsync(chunk.AsMemory(0, length), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // What it printed until then counts: the caller decides whether that is enough.
        }
        return new(bytes.ToArray(), IsTooMuch: false);
    }
}

/// <param name="IsTooMuch">Whether it printed more than is ever read.</param>
internal sealed record Printed(byte[] Bytes, bool IsTooMuch);
