using System.Diagnostics;
using System.Net;

namespace EtcdSentinelExporter.Lab;

/// <summary>A program that listens on a free port of loopback; killed when disposed.</summary>
internal sealed class Service : IAsyncDisposable
{
    private const int MaxTries = 3;

    private Service(Process process, Uri address, string log)
    {
        (Process, Log) = (process, log);
        // A proxy of the environment is not for loopback.
        Http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Patience.Limit };
    }

    public Process Process { get; }

    public HttpClient Http { get; }

    public string Log { get; }

    public bool Runs => !Process.HasExited;

    /// <summary>Starts it and waits until it answers. Retries if another process took the port meanwhile.</summary>
    /// <param name="log">File of its output.</param>
    /// <param name="ready">Path that answers once it is ready.</param>
    /// <param name="command">Program and arguments, given the address to listen on.</param>
    /// <param name="host">Address without a port; <see langword="null"/> for 127.0.0.1.</param>
    /// <exception cref="LabException">It ended; the message has its log.</exception>
    public static async Task<Service> StartAsync(
        string log, string ready, Func<string, string[]> command, IPAddress? host = null)
    {
        for (var tries = 1; ; tries++)
        {
            var address = new IPEndPoint(host ?? IPAddress.Loopback, Ports.FreePort()).ToString();
            var words = command(address);
            var service = new Service(CleanProcess.Start(log, words[0], words[1..]), new($"http://{address}/"), log);
            try
            {
                await Wait.UntilAsync(
                    () => service.AnswersAsync(ready), $"{Path.GetFileName(words[0])} answers on {address}");
                return service;
            }
            catch (Exception e) when (e is LabException or TimeoutException)
            {
                await service.DisposeAsync();
                if (tries == MaxTries || !Ports.WasTaken(log))
                    throw;
            }
        }
    }

    /// <exception cref="LabException">It has ended; the message has its log.</exception>
    public void AssertRuns()
    {
        if (!Runs)
            throw new LabException($"{Path.GetFileNameWithoutExtension(Log)} has ended. Its log:\n{LogFile.End(Log)}");
    }

    public Task<string> GetAsync(string path) => Http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        if (Runs)
            Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
        Http.Dispose();
    }

    private async Task<bool> AnswersAsync(string path)
    {
        AssertRuns();
        try
        {
            using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
