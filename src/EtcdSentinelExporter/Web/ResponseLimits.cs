namespace EtcdSentinelExporter.Web;

/// <summary>The limits of the two pages that are scraped.</summary>
internal sealed class ResponseLimits(WebLimits limits) : IDisposable
{
    public ResponseLimit Metrics { get; } = new(limits.Scrapes, limits.ScrapesOfOne, "scrapes are running");

    public ResponseLimit EtcdMetrics { get; } = new(
        limits.EtcdScrapes, limits.EtcdScrapesOfOne, "scrapes of etcd's metrics are running");

    public void Dispose()
    {
        Metrics.Dispose();
        EtcdMetrics.Dispose();
    }
}
