using EtcdSentinelExporter.IntegrationTests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Debian's node_exporter on this machine, with the parts that we have too.</summary>
internal sealed class NodeExporter : IAsyncDisposable
{
    private readonly Service _service;

    private NodeExporter(Service service) => _service = service;

    public static async Task<NodeExporter> StartAsync() => new(await Service.StartAsync(
        Path.Combine(Directory.CreateTempSubdirectory("node-exporter-").FullName, "log"), "metrics", address =>
        [
            NodeExporterProgram.Need(), "--collector.disable-defaults", "--collector.diskstats",
            "--collector.pressure", "--collector.filesystem",
            // It leaves out overlays, which are the root of a container.
            "--collector.filesystem.fs-types-exclude=^$", $"--web.listen-address={address}",
        ]));

    public async Task<Scrape> ScrapeAsync() => Scrape.Parse(await _service.GetAsync("metrics"));

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
