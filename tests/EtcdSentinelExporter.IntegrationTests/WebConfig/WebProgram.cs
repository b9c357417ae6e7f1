using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.IntegrationTests.Support;

namespace EtcdSentinelExporter.IntegrationTests.WebConfig;

/// <summary>A program with a web.yml, on a port of its own.</summary>
internal sealed class WebProgram : IAsyncDisposable
{
    private readonly Process _process;

    private WebProgram(Process process, Uri address, string log) => (_process, Address, Log) = (process, address, log);

    public Uri Address { get; }

    public string Log { get; }

    public Uri Metrics => new(Address, "/metrics");

    /// <summary>Ours, with no etcd in sight.</summary>
    public static Task<WebProgram> OursAsync(WebFolder folder, params string[] more) => StartAsync(
        folder, "ours",
        [Sentinel.Patient, $"--path.rootfs={folder.Root}", "--drives.enabled=false", "--web.config.file", folder.Yaml,
            .. more]);

    /// <summary>Debian's node_exporter with one cheap collector.</summary>
    public static Task<WebProgram> NodeExporterAsync(WebFolder folder) => StartAsync(
        folder, "node",
        [NodeExporterProgram.Need(), "--collector.disable-defaults", "--collector.time",
            $"--web.config.file={folder.Yaml}"]);

    public static async Task<WebProgram> StartAsync(WebFolder folder, string name, string[] command)
    {
        var port = Ports.Free().Client.ToString(CultureInfo.InvariantCulture);
        var log = Path.Combine(folder.Root, name + ".log");
        var process = CleanProcess.Start(log, command[0], [.. command[1..], $"--web.listen-address=127.0.0.1:{port}"]);
        var scheme = (await File.ReadAllTextAsync(folder.Yaml)).Contains("cert_file", StringComparison.Ordinal)
            ? "https"
            : "http";
        var program = new WebProgram(process, new($"{scheme}://127.0.0.1:{port}/"), log);
        await Wait.UntilAsync(
            () => program.ListensAsync(int.Parse(port, CultureInfo.InvariantCulture)), $"{name} listens");
        return program;
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await CleanProcess.SignalAsync(_process, "TERM");
        await Wait.UntilAsync(() => Task.FromResult(_process.HasExited), "the program has stopped");
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ListensAsync(int port)
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"it has ended: {await File.ReadAllTextAsync(Log)}");
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(System.Net.IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
