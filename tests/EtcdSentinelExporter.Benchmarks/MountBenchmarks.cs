using System.Text;
using BenchmarkDotNet.Attributes;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Benchmarks;

/// <summary>The mounts that cover etcd's folders, in a list that was read.</summary>
public class MountBenchmarks
{
    private static readonly string[] Paths = ["/var/lib/etcd", "/var/lib/etcd/member/wal", "/var/log"];

    private byte[] _text = [];

    [Params(30, 10_000)]
    public int Mounts { get; set; }

    [GlobalSetup]
    public void SetUp() => _text = Encoding.ASCII.GetBytes(ManyMounts.Text("", Mounts));

    [Benchmark]
    public int Covering() => new MountTable(_text).Covering(Paths).Length;
}
