using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>What a poll costs; docs/performance.md says how to print it.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class CertificateCostTests(ITestOutputHelper output)
{
    private const int Polls = 20;

    // The first number is of a poll that reads all, as once an hour; the second of one after which no file has changed.
    [Theory]
    [InlineData(30, 2, 1)]
    [InlineData(1_000, 40, 8)]
    public async Task A_poll_stays_within_its_budget(int certificates, int mebibytes, int unchanged)
    {
        using var node = new TempNode().With("/etc/kubernetes/pki/ca.crt", PemNode.Ca.Pem)
            .With("/etc/kubernetes/pki/apiserver.crt", PemNode.Leaf.Pem)
                .With("/etc/kubernetes/pki/apiserver.key", PemNode.Leaf.KeyPem);
        // Files that are missing count as files: so the last hundred share one.
        var alone = certificates - 102;
        if (certificates < 102)
            alone = certificates - 3;
        for (var n = 0; n < alone; n++)
            node.With($"/x/{n:0000}.crt", PemNode.Leaf.Pem);
        node.With("/x/bundle.crt", string.Concat(Enumerable.Repeat(PemNode.Leaf.Pem, certificates - 2 - alone)));
        var probe = Probe(node);
        var reading = await probe.ReadAsync(previous: null, CancellationToken.None);

        await MeasureAsync(isFirst: true, mebibytes);
        await MeasureAsync(isFirst: false, unchanged);

        async Task MeasureAsync(bool isFirst, int limit)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var times = new List<double>();
            for (var poll = 0; poll < Polls; poll++)
            {
                var watch = Stopwatch.StartNew();
                reading = await probe.ReadAsync(isFirst ? null : reading, CancellationToken.None);
                FamilySamples.Of(CertificatesMetrics.Families, reading);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Polls;

            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{certificates} certificates, {(isFirst ? "all read" : "unchanged")}: "
                + $"{times.Order().ElementAt(Polls / 2):0.0} ms, {allocated / 1024.0:0} KiB a poll"));
            Assert.Equal(certificates, reading.Files.Sum(file => file.Certificates.Length));
            Assert.InRange(allocated, 0, (long)limit << 20);
        }
    }

    [Fact]
    public void A_mebibyte_of_beginnings_stays_within_its_budget()
    {
        using var node = new PemNode().With(string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 58_000)));
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(["torn"], PemNode.Reasons(node.Look()));

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        // Milliseconds. It took three seconds to search the rest of the file for each of them.
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"58,000 beginnings: {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:0} ms of the processor, "
            + $"{allocated / 1024.0:0} KiB"));
        Assert.InRange(allocated, 0, 16 << 20);
    }

    private static CertificatesProbe Probe(TempNode node)
    {
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        return new(
            _ => Task.FromResult(new EtcdDiscovered([], LookedAt: [], Problems: [])),
            new Planner(node.Files, "kubeadm", [ConfiguredFile.Parse("/x/*.crt")], [], etcdIdentity: null).Plan,
            disk,
            // A file that was just written is read again.
            new FileScan(node.Files, disk, new LaterClock()),
            new Handshakes((_, _) => Task.FromResult(SomeCertificates.Facts), Patience.Limit, TimeProvider.System),
            () => [],
            new CertificatesLog(NullLogger.Instance),
            TimeProvider.System);
    }

    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddMinutes(1);
    }
}
