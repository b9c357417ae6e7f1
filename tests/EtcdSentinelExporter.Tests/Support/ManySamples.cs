using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>As many families as the exporter has, each with its part of the samples.</summary>
internal static class ManySamples
{
    public static ImmutableArray<MetricFamily<int>> Families(int count) =>
    [
        .. Enumerable.Range(0, 100).Select(family => new MetricFamily<int>(
            MetricType.Gauge, $"etcd_sentinel_family_{family}_bytes", "Size of a part, which is not known exactly.",
            ["etcd_endpoint", "path", "serial"], (page, samples) =>
            {
                for (var n = 0; n < count / 100; n++)
                    samples.Add(page + (n * 1234.5), "https://127.0.0.1:2379", $"/etc/kubernetes/{n}.crt", "S3Z8");
            })),
    ];
}
