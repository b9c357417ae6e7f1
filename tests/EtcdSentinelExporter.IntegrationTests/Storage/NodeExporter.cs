using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Debian's node_exporter on this machine, with the parts that we have too.</summary>
internal sealed class NodeExporter : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("node-exporter-");
    private readonly int _port = Ports.Free().Client;
    private readonly HttpClient _http = new() { Timeout = Patience.Limit };
    private readonly Process _process;

    private NodeExporter(string program) => _process = CleanProcess.Start(
        Path.Combine(_folder.FullName, "log"), program,
        [
            "--collector.disable-defaults", "--collector.diskstats", "--collector.pressure", "--collector.filesystem",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{_port}"),
        ]);

    public static async Task<NodeExporter> StartAsync()
    {
        var exporter = new NodeExporter(NodeExporterProgram.Need());
        await Wait.UntilAsync(exporter.AnswersAsync, "node_exporter answers");
        return exporter;
    }

    public async Task<Scrape> ScrapeAsync() => Scrape.Parse(await _http.GetStringAsync(new Uri(
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/metrics"))));

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await ScrapeAsync()).Samples.Length > 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
