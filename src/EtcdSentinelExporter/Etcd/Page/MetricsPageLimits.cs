namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Limits for parsing a metrics page. etcd's own has 180 kB, with lines of up to 250 bytes.</summary>
/// <param name="LineBytes">Maximum length of a line; also the size of the read buffer.</param>
/// <param name="TotalBytes">Maximum size of the page, including families that are skipped.</param>
/// <param name="Samples">Maximum number of samples of requested families.</param>
internal sealed record MetricsPageLimits(int LineBytes, long TotalBytes, int Samples)
{
    public static MetricsPageLimits Default { get; } = new(LineBytes: 64 << 10, TotalBytes: 16 << 20, Samples: 20_000);
}
