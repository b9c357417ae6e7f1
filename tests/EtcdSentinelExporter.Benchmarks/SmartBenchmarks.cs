using BenchmarkDotNet.Attributes;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Benchmarks;

/// <summary>Decoding of one recorded output of smartctl.</summary>
public class SmartBenchmarks
{
    private byte[] _bytes = [];

    [Params("7.3-sda-iHA", "7.3-nvme0n1-iHA", "7.3-sda-x")]
    public string Recording { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => _bytes = File.ReadAllBytes(
        Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/smartctl", $"{Recording}.json"));

    [Benchmark]
    public bool Decode()
    {
        var report = SmartReport.Parse(_bytes);
        return DriveDecoder.Decode(report, DriveLogs.Of(report)) is not null;
    }
}
