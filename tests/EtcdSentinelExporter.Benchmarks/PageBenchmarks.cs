using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Benchmarks;

/// <summary>A page of 100 families: what a poll makes, and what the first scrape after it makes.</summary>
public class PageBenchmarks
{
    private ImmutableArray<MetricFamily<int>> _families;
    private ImmutableArray<FamilySamples> _samples;

    [Params(600, 3_000)]
    public int Samples { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _families = ManySamples.Families(Samples);
        _samples = FamilySamples.Of(_families, 1);
    }

    [Benchmark]
    public int Check() => FamilySamples.Of(_families, 1).Length;

    [Benchmark]
    public async Task<int> Write() =>
        (await new PageText([new(() => _samples)]).BytesAsync(TextFormat.OpenMetrics, gzip: false)).Length;

    [Benchmark]
    public async Task<int> WriteAndCompress() =>
        (await new PageText([new(() => _samples)]).BytesAsync(TextFormat.OpenMetrics, gzip: true)).Length;
}
