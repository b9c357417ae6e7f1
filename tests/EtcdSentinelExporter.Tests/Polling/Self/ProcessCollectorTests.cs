using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling.Self;

public class ProcessCollectorTests
{
    private const string Stat = "4242 (a ) b) S 1 4242 4242 0 -1 4194560 8125 0 12 0 130 20 0 0 20 0 17 0 500 "
        + "273000000000 12345 18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

    private static readonly ProcessReading Everything = new()
    {
        Build = new("1.2.3", "abc"),
        CpuTime = TimeSpan.FromSeconds(1.5),
        ResidentBytes = 50565120,
        VirtualBytes = 273000000000,
        StartedAt = DateTimeOffset.FromUnixTimeSeconds(1767268805),
        OpenFiles = 31,
        MaxOpenFiles = double.PositiveInfinity,
        DroppedLogLines = 2,
        ManagedBytes = 6291456,
        Collections = [9, 3, 1],
    };

    [Fact]
    public void The_families_are_those_that_dashboards_know() => Golden.Match(
        ProcessMetrics.Families.Text(Everything)
            .Replace($"{Environment.Version}", "10.0.0", StringComparison.Ordinal),
        "process.txt");

    [Fact]
    public async Task This_process_sees_itself()
    {
        await using var services = new ServiceCollection()
            .AddSingleton(new LogDrops(() => 7)).AddSingleton(TimeProvider.System).BuildServiceProvider();
        var snapshot = await ProcessCollector.Kind.Create(services).TakeAsync(default);

        var reading = new Readings([snapshot]).Get<ProcessReading>()!;
        Assert.InRange(reading.ResidentBytes!.Value, 10 << 20, reading.VirtualBytes!.Value);
        Assert.InRange(reading.CpuTime!.Value, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(10));
        Assert.InRange(snapshot.TakenAt - reading.StartedAt!.Value, TimeSpan.FromSeconds(-5), TimeSpan.FromHours(5));
        Assert.InRange(reading.OpenFiles!.Value, 3, reading.MaxOpenFiles!.Value);
        Assert.Equal((3, 7), (reading.Collections.Length, reading.DroppedLogLines));
        Assert.True(snapshot.IsInternal);
    }

    [Fact]
    public async Task Where_the_kernel_shows_nothing_its_families_are_absent_and_nothing_fails()
    {
        var nowhere = new ProcessProbe("/nonexistent", () => 0);

        var text = ProcessMetrics.Families.Text(await nowhere.ReadAsync(null, default));

        Assert.DoesNotContain("process_", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_total_memory_bytes ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_starts_once_however_the_clock_is_set()
    {
        var probe = new ProcessProbe("/proc", () => 0);
        var first = await probe.ReadAsync(null, default);

        var next = await probe.ReadAsync(first with { StartedAt = DateTimeOffset.UnixEpoch }, default);

        Assert.Equal(DateTimeOffset.UnixEpoch, next.StartedAt);
    }

    [Fact]
    public void A_program_name_may_hold_brackets() =>
        Assert.Equal(
            new ProcStat(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(5), 273000000000, 12345),
            ProcStat.Parse(Stat));

    [Theory]
    [InlineData("")]
    [InlineData("1 (a) S 1 2 3")]
    public void Too_few_fields_are_refused(string text) => Assert.Null(ProcStat.Parse(text));

    [Theory]
    [InlineData("0.1.0+3a3d211", "0.1.0", "3a3d211")]
    [InlineData("0.1.0", "0.1.0", "")]
    [InlineData("", "", "")]
    public void A_build_knows_its_version_and_commit(string written, string version, string revision) =>
        Assert.Equal(new Build(version, revision), Build.Parse(written));

    [Fact]
    public void This_build_has_a_version() => Assert.Matches(@"^\d+\.\d+\.\d+$", Build.Current.Version);
}
