using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Makes each fault of the table happen to real members, and compares the page with the table.</summary>
public sealed class FaultsTests
{
    private const string Variable = "ETCD_SENTINEL_FAULTS";

    private static readonly bool RunsAll = Environment.GetEnvironmentVariable(Variable) is "all";

    public static TheoryData<string> Names { get; } =
        [.. FaultTable.All.Where(fault => fault.Test is null).Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fault_shows_its_signs_and_hides_nothing_else(string name)
    {
        var fault = FaultTable.All.Single(fault => fault.Name == name);
        Assert.SkipWhen(fault.IsSlow && !RunsAll, $"Slow: scripts/test --faults, or {Variable}=all.");
        Assert.SkipWhen(fault.Obstacle() is not null, fault.Obstacle() ?? "");
        await using var node = await FaultNode.StartAsync(fault);
        var before = await node.Sentinel.ScrapeAsync();

        await fault.InjectAsync(node);
        var page = await node.Sentinel.WaitAsync(
            page => fault.Signs.All(sign => sign.IsOn(page)),
            string.Join("; ", fault.Signs.Select(sign => sign.Text)));
        await fault.CheckAsync(node);

        foreach (var collector in fault.Unaffected)
        {
            // A scrape that waited for what hangs would never come back.
            await node.Sentinel.WaitAsync(
                later => Polls(later, collector) > Polls(page, collector), $"{collector} polls again");
            Assert.Equal(0, Failures(await node.Sentinel.ScrapeAsync(), collector) - Failures(before, collector));
        }
        await fault.HealAsync(node);
        await node.Sentinel.WaitAsync(FaultNode.IsHealthy, "the node is healthy again");
    }

    private static double Polls(Scrape page, string collector) =>
        page.Value("etcd_sentinel_polls_total", collector, "success") ?? 0;

    private static double Failures(Scrape page, string collector) =>
        page.Value("etcd_sentinel_polls_total", collector, "failure") ?? 0;
}
