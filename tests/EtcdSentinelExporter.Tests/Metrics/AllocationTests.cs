using System.Text;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

/// <summary>Bytes that frequent work allocates on its thread. They do not depend on the load of the machine, so the
/// bounds are near to what was counted: lower the number after an improvement.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Times = 20;

    [Theory]
    [InlineData(false, 741_000)]
    [InlineData(true, 751_000)]
    public void A_page_of_600_samples(bool gzip, int bytes)
    {
        var samples = FamilySamples.Of(ManySamples.Families(600), 1);

        AssertAllocates(bytes, () =>
        {
            var page = new PageText([new(() => samples)]).BytesAsync(TextFormat.OpenMetrics, gzip);
            Assert.True(page.IsCompletedSuccessfully);
        });
    }

    [Fact]
    public void The_samples_of_a_poll_with_600()
    {
        var families = ManySamples.Families(600);

        AssertAllocates(156_000, () => FamilySamples.Of(families, 1));
    }

    [Theory]
    [InlineData("7.3-sda-iHA.json", 17_700)]
    [InlineData("7.3-sda-x.json", 19_800)]
    [InlineData("7.3-nvme0n1-iHA.json", 10_300)]
    public void A_recording_of_smartctl(string name, int bytes)
    {
        var recording = File.ReadAllBytes(Path.Combine(Recordings.OwnFolder, name));

        AssertAllocates(bytes, () => SmartReport.Parse(recording).Decoded());
    }

    [Theory]
    [InlineData(30, 5_060)]
    [InlineData(10_000, 5_060)]
    public void The_mounts_of_three_paths(int mounts, int bytes)
    {
        var text = Encoding.ASCII.GetBytes(ManyMounts.Text("", mounts));

        AssertAllocates(
            bytes, () => new MountTable(text).Covering(["/var/lib/etcd", "/var/lib/etcd/member/wal", "/var/log"]));
    }

    [Fact]
    public void A_certificate_that_is_read()
    {
        using var node = new TempNode().With("/x/a.crt", PemNode.Leaf.Pem);
        var examiner = new FileExaminer(node.Files, TimeProvider.System);

        AssertAllocates(22_300, () => examiner.Examine(new("a", "/x/a.crt", FileRole.Unknown)));
    }

    [Fact]
    public void A_certificate_that_has_not_changed()
    {
        using var node = new TempNode().With("/x/a.crt", PemNode.Leaf.Pem);
        var examiner = new FileExaminer(node.Files, new FakeTimeProvider(TestCertificate.Now.AddMinutes(1)));
        ExpectedFile expected = new("a", "/x/a.crt", FileRole.Unknown);
        var before = examiner.Examine(expected);
        Assert.Same(before, examiner.Unchanged(before, expected, maxCertificates: 1));

        AssertAllocates(1_340, () => examiner.Unchanged(before, expected, maxCertificates: 1));
    }

    private void AssertAllocates(long bytes, Action work)
    {
        // The first run also fills caches of the runtime.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < Times; n++)
            work();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
        output.WriteLine($"measured: {each} bytes");
        Assert.InRange(each, bytes * 3 / 4, bytes * 5 / 4);
    }
}
