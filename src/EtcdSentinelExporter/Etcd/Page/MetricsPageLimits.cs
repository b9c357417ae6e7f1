namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>How much of a metrics page is taken in: etcd's own is 180 kB, with lines of up to 250 bytes.</summary>
/// <param name="LineBytes">Also the memory that reading takes.</param>
/// <param name="TotalBytes">Whatever is wanted of them.</param>
/// <param name="Samples">Of wanted families.</param>
internal sealed record MetricsPageLimits(int LineBytes, long TotalBytes, int Samples)
{
    public static MetricsPageLimits Default { get; } = new(LineBytes: 64 << 10, TotalBytes: 16 << 20, Samples: 20_000);
}
