namespace EtcdSentinelExporter.Web;

/// <summary>The limits of the two scraped pages.</summary>
internal sealed class ResponseLimits(WebLimits limits) : IDisposable
{
    public ResponseLimit Metrics { get; } = new(limits.Scrapes, limits.ScrapesPerClient, "scrapes");

    public ResponseLimit EtcdMetrics { get; } = new(
        limits.EtcdScrapes, limits.EtcdScrapesPerClient, "scrapes of etcd's metrics");

    public void Dispose()
    {
        Metrics.Dispose();
        EtcdMetrics.Dispose();
    }
}
