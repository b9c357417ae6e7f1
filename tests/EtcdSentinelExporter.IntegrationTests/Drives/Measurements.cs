using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>The numbers of docs/performance.md; <c>scripts/measure-drives</c> prints them.</summary>
public sealed class Measurements(ITestOutputHelper output)
{
    private const int Drives = 32;

    /// <summary>They take a minute, and what they say depends on the machine.</summary>
    private static void SkipUnlessWanted() => Assert.SkipWhen(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_MEASURE") is null,
        "Set ETCD_SENTINEL_MEASURE, or run scripts/measure-drives.");

    [Fact]
    public async Task Decoding()
    {
        SkipUnlessWanted();
        var folder = Environment.GetEnvironmentVariable("ETCD_SENTINEL_FIXTURES") is { } others
            ? Path.Combine(
                others, "smartctl") : Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/smartctl");
        var texts = await Task.WhenAll(
            Directory.GetFiles(folder, "*.json").Select(file => File.ReadAllBytesAsync(file)));
        Decode(texts, turns: 20);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        Decode(texts, turns: 100);

        var each = watch.Elapsed / (100.0 * texts.Length);
        bytes = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (100 * texts.Length);
        Say($"decoding: {texts.Length} recordings, {1 / each.TotalSeconds:0} per second, {bytes / 1024} KiB allocated each");
        Assert.True(texts.Length > 0);
    }

    [Fact]
    public async Task Scraping_32_drives_of_which_one_hangs()
    {
        SkipUnlessWanted();
        var folder = Directory.CreateTempSubdirectory("measure").FullName;
        for (var i = 0; i < Drives; i++)
        {
            Directory.CreateDirectory(
                Path.Combine(folder, "sys/block", "sd" + i.ToString(CultureInfo.InvariantCulture), "device"));
        }

        const string Answer = """for last; do :; done; sed "s/LABATA0001/$(basename "$last")/" "$RECORDING" """;
        using var standIn = new StandIn(Answer);
        await using var sentinel = await Sentinel.StartAsync(
            folder, $"--path.rootfs={folder}", $"--path.sysfs={folder}/sys",
            $"--drives.smartctl-path={standIn.Path}", "--drives.every=10s", "--drives.timeout=8s",
            "--members.enabled=false");
        await sentinel.WaitAsync(page => Ok(page) == Drives, "all drives are read");
        var page = await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_poll_duration_seconds", "drives") > 0.05, "a poll reads many");
        Say($"series: {page.Samples.Count(sample => sample.Series.StartsWith("etcd_sentinel_disk_", StringComparison.Ordinal))} of {Drives} drives");
        Say($"poll that reads them: {page.Value("etcd_sentinel_poll_duration_seconds", "drives")} s");
        await ScrapeAsync(sentinel, "none hanging");

        standIn.Write("""for last; do :; done; [ "$last" != /dev/sd3 ] || { touch "$PIDS.hangs"; exec sleep 1000; }; """ + Answer);
        await Wait.UntilAsync(
            () => Task.FromResult(Directory.GetFiles(standIn.Folder, "*.hangs").Length > 0), "one hangs");
        await ScrapeAsync(sentinel, "one hanging");
    }

    [Fact]
    public async Task Allocations_of_a_poll_of_32_drives()
    {
        SkipUnlessWanted();
        const int Polls = 10;
        using var standIn = new StandIn("""for last; do :; done; sed "s/LABATA0001/$(basename "$last")/" "$RECORDING" """);
        var clock = TimeProvider.System;
        var smartctl = new Smartctl(
            () => (standIn.Path, ""), TimeSpan.FromSeconds(30), new ProcessRunner(clock), clock);
        var probe = new AllAtOnce(new DriveReader(smartctl, new(TimeSpan.FromMinutes(5), "cp-1"), clock), clock);
        var collector = new ProbeCollector<DrivesReading>(
            "drives", new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)), probe,
            DrivesMetrics.Families, reading => reading.All.Length, DrivesFindings.Judge, clock);
        await collector.TakeAsync(CancellationToken.None);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);

        for (var i = 0; i < Polls; i++)
            await collector.TakeAsync(CancellationToken.None);

        bytes = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / Polls;
        Say($"poll of {Drives} drives: {bytes / 1024} KiB allocated, {bytes / 1024 / Drives} KiB each");
        Assert.Equal((Polls + 1) * Drives, standIn.Runs);
    }

    private async Task ScrapeAsync(Sentinel sentinel, string which)
    {
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var watch = Stopwatch.StartNew();
            await sentinel.ScrapeAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        Say($"scrape, {which}: median {times[150]:0.00} ms, p99 {times[297]:0.00} ms");
    }

    private static int Ok(Scrape page) => page.Samples.Count(sample =>
        sample.Value > 0 && sample.Series.StartsWith("etcd_sentinel_disk_read_state", StringComparison.Ordinal)
        && sample.Series.Contains("\"ok\"", StringComparison.Ordinal));

    private static void Decode(byte[][] texts, int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            foreach (var text in texts)
            {
                var report = SmartReport.Parse(text);
                DriveDecoder.Decode(report, DriveLogs.Of(report));
            }
        }
    }

    private void Say(FormattableString line) =>
        output.WriteLine("measured: " + line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Reads every drive at each poll, whether it is due or not.</summary>
internal sealed class AllAtOnce(DriveReader reader, TimeProvider clock) : IProbe<DrivesReading>
{
    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var before = previous?.All
            ?? [.. Enumerable.Range(0, 32).Select(i => new DriveReading(Named("sd" + (char)('A' + i))))];
        var drives = ImmutableArray.CreateBuilder<DriveReading>();
        foreach (var drive in before)
            drives.Add(await reader.ReadAsync(drive, carriesRole: false, cancellationToken));
        return new(clock.GetUtcNow(), drives.ToImmutable(), ScanProblem: null, Folder: null);
    }

    private static Drive Named(string name) =>
        new(name, name, "/dev/" + name, Type: null, new BlockDevice(name, name, "", IsRotational: false, Requests: 1));
}
