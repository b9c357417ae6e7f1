using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

[Collection(SharedCluster.Name)]
public sealed class ReadingBlockTests(SharedCluster shared) : IDisposable
{
    private readonly HttpClient _http = new();

    public static TheoryData<string> Pages { get; } =
        [.. RunbookBlock.Pages.Where(page => RunbookBlock.Of(page).Any(block => block.Kind == RunbookBlock.Reading))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_a_page_asks_is_answered_by_real_members(string page)
    {
        await using var node = new LabNode(shared.Cluster.Members[0]);
        using var shell = node.OpenShell();
        // etcd measures its peers every few seconds, and a cluster that has just begun has not done so yet.
        await Wait.UntilAsync(
            async () => (await _http.GetStringAsync(shared.Cluster.Members[0].MetricsUrl))
                .Contains("etcd_network_peer_round_trip_time_seconds_count", StringComparison.Ordinal),
            "etcd has measured its peers");

        foreach (var block in RunbookBlock.Of(page).Where(block => block.Kind == RunbookBlock.Reading))
            await shell.RunAsync(node.Localize(block.Commands));
    }

    [Fact]
    public async Task The_first_look_names_all_members_and_no_alarm()
    {
        await using var node = new LabNode(shared.Cluster.Members[0]);
        using var shell = node.OpenShell();

        var look = await shell.RunAsync(node.Localize(RunbookBlock.Of("EtcdNoSpaceAlarm")[0].Commands));

        Assert.All(shared.Cluster.Members,
            member => Assert.Contains(member.ClientUrl.Authority(), look, StringComparison.Ordinal));
        Assert.DoesNotContain("NOSPACE", look, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_etcdctl_can_be_run_in_the_container()
    {
        await using var node = new LabNode(shared.Cluster.Members[0]);
        using var shell = node.OpenShell();

        var printed = await shell.RunAsync("crictl exec \"$(crictl ps -q)\" sh -c true || echo refused");

        Assert.Equal("refused\n", printed);
    }

    public void Dispose() => _http.Dispose();
}
