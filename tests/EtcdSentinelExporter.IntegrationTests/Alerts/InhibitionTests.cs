using System.Collections.Immutable;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Alerts;

/// <summary>A real Alertmanager with the rules that we ship: causes silence their symptoms, and nothing else
/// is silenced.</summary>
public sealed class InhibitionTests : IAsyncLifetime
{
    private static readonly ImmutableArray<string> NeverSilenced =
    [
        "KubeAPIErrorBudgetBurn", "EtcdNoSpaceAlarm", "EtcdDown", "EtcdNoQuorum", "EtcdCorruptAlarm",
        "CertificateExpiringCritical", "CAExpiringCritical", "ServedCertificateExpiring", "CertificateFileMissing",
        "LeafNotIssuedByCA", "DiskWornOut", "DiskCommandTimeoutHistory", "EtcdMemberUnreachable", "EtcdMemberStuck",
        "EtcdDiskStalled", "EtcdDataDirUnusable", "EtcdDataDirGone", "EtcdRevisionDivergence",
    ];

    private Alertmanager? _alertmanager;

    private Alertmanager Server => _alertmanager ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() =>
        _alertmanager = await Alertmanager.StartAsync(Path.Combine(InhibitRule.Folder, "alertmanager.yaml"));

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Each_cause_silences_each_of_its_symptoms_and_is_never_silenced_by_it()
    {
        // A cluster for each pair keeps them apart.
        var pairs = InhibitRule.Ours.SelectMany((rule, number) => rule.Targets.Select(target =>
            (rule.Source, Target: target, Cluster: $"{number} {target}"))).ToList();

        await Server.SendAsync(pairs.SelectMany(pair => new[]
        {
            Alert(pair.Source, ("cluster", pair.Cluster)), Alert(pair.Target, ("cluster", pair.Cluster)),
        }));

        await SilencedAsync(
            pair => pairs.Exists(one => one.Target == pair.Name && one.Cluster == pair.Labels["cluster"]), pairs.Count);
        var heard = (await Server.GetAlertsAsync()).ToLookup(alert => alert.Labels["cluster"], StringComparer.Ordinal);
        Assert.All(pairs, pair =>
        {
            var source = heard[pair.Cluster].Single(alert => alert.Name == pair.Source);
            Assert.Empty(source.InhibitedBy);
            var target = heard[pair.Cluster].Single(alert => alert.Name == pair.Target);
            Assert.Equal(source.Fingerprint, Assert.Single(target.InhibitedBy));
        });
    }

    [Fact]
    public async Task What_has_to_be_heard_is_heard_while_all_causes_fire()
    {
        var causes = InhibitRule.Ours.Select(rule => rule.Source);

        await Server.SendAsync([
            Alert("EtcdHighFsyncDuration", ("cluster", "a")),
            .. causes.Union(NeverSilenced, StringComparer.Ordinal).Select(name => Alert(name, ("cluster", "a"))),
        ]);

        await SilencedAsync(alert => alert.Name == "EtcdHighFsyncDuration", count: 1);
        Assert.All(
            (await Server.GetAlertsAsync()).Where(alert => NeverSilenced.Contains(alert.Name, StringComparer.Ordinal)),
            alert => Assert.Empty(alert.InhibitedBy));
    }

    // As drives, wal and cause label their alerts: an API server that burns its budget, and one disk that dies.
    [Fact]
    public async Task A_dying_disk_and_an_API_burn_are_one_page_of_ours()
    {
        (string, string)[] labels =
        [
            ("cluster", "a"), ("cluster_id", "c"), ("host", "10.0.0.11"), ("instance", "10.0.0.11:10379"), ("device", "sda"),
            ("serial", "S1"),
        ];
        string[] pages =
        [
            "ControlPlaneDiskIsTheCause", "EtcdFsyncDurationCritical", "EtcdDiskFailing", "EtcdDiskHung", "EtcdLeaderCrisis",
        ];

        await Server.SendAsync(
            [.. pages.Select(page => Alert(page, labels)), Alert("KubeAPIErrorBudgetBurn", ("cluster", "a"))]);

        await SilencedAsync(_ => true, count: pages.Length - 1);
        Assert.Equal(
            ["ControlPlaneDiskIsTheCause", "KubeAPIErrorBudgetBurn"],
            (await Server.GetAlertsAsync()).Where(alert => alert.InhibitedBy.IsEmpty).Select(alert => alert.Name).Order());
    }

    [Fact]
    public async Task Without_a_cluster_label_a_full_database_silences_nothing_of_another_etcd()
    {
        await Server.SendAsync([
            Alert("EtcdNoSpaceAlarm", ("cluster_id", "a")), Alert("EtcdLeaderCrisis", ("cluster_id", "a")),
            Alert("EtcdLeaderCrisis", ("cluster_id", "b")), Alert("EtcdDatabaseQuotaCritical", ("cluster_id", "b")),
            Alert("etcdDatabaseQuotaLowSpace", ("instance", "10.0.0.21:2381")),
        ]);

        await SilencedAsync(alert => alert.Labels.GetValueOrDefault("cluster_id") == "a", count: 1);
        Assert.Single((await Server.GetAlertsAsync()).Where(alert => !alert.InhibitedBy.IsEmpty));
    }

    [Fact]
    public async Task A_cause_in_one_cluster_silences_nothing_in_another()
    {
        await Server.SendAsync([
            Alert("ControlPlaneDiskIsTheCause", ("cluster", "a"), ("host", "10.0.0.11")),
            Alert("EtcdFsyncDurationCritical", ("cluster", "a"), ("host", "10.0.0.11")),
            Alert("EtcdFsyncDurationCritical", ("cluster", "b"), ("host", "10.0.0.11")),
        ]);

        await SilencedAsync(alert => alert.Labels["cluster"] == "a", count: 1);
        Assert.Empty((await Server.GetAlertsAsync()).Single(alert => alert.Labels["cluster"] == "b").InhibitedBy);
    }

    [Fact]
    public async Task Critical_silences_the_warning_about_the_same_member_only()
    {
        await Server.SendAsync([
            Alert("EtcdDatabaseQuotaCritical", ("cluster", "a"), ("cluster_id", "c"), ("member_id", "1")),
            Alert("EtcdDatabaseQuotaLowSpace", ("cluster", "a"), ("cluster_id", "c"), ("member_id", "1")),
            Alert("EtcdDatabaseQuotaLowSpace", ("cluster", "a"), ("cluster_id", "c"), ("member_id", "2")),
        ]);

        await SilencedAsync(alert => alert.Labels["member_id"] == "1", count: 1);
        Assert.Empty((await Server.GetAlertsAsync()).Single(alert => alert.Labels["member_id"] == "2").InhibitedBy);
    }

    [Fact]
    public async Task Without_a_cluster_label_a_cause_silences_its_symptoms_too()
    {
        await Server.SendAsync([Alert("EtcdNoQuorum"), Alert("EtcdNoLeader", ("member_id", "1"))]);

        await SilencedAsync(alert => alert.Name == "EtcdNoLeader", count: 1);
    }

    [Fact]
    public async Task When_the_cause_is_over_its_symptom_is_heard_again()
    {
        ImmutableArray<ImmutableSortedDictionary<string, string>> cause = [Alert("EtcdNoSpaceAlarm", ("cluster", "a"))];
        await Server.SendAsync(cause.Add(Alert("EtcdDatabaseQuotaCritical", ("cluster", "a"))));
        await SilencedAsync(alert => alert.Name == "EtcdDatabaseQuotaCritical", count: 1);

        await Server.SendAsync(cause, isFiring: false);

        await Wait.UntilAsync(
            async () => (await Server.GetAlertsAsync())
                .Single(alert => alert.Name == "EtcdDatabaseQuotaCritical").InhibitedBy.IsEmpty,
            "the symptom is heard again");
    }

    private static ImmutableSortedDictionary<string, string> Alert(
        string name, params (string Name, string Value)[] labels) =>
        labels.Append(("alertname", name)).Append(("severity", "critical"))
            .ToImmutableSortedDictionary(label => label.Item1, label => label.Item2, StringComparer.Ordinal);

    // It takes in what it was sent a moment after it has answered.
    private Task SilencedAsync(Func<AlertState, bool> which, int count) => Wait.UntilAsync(
        async () => (await Server.GetAlertsAsync())
            .Count(alert => which(alert) && alert is { State: "suppressed", InhibitedBy: not [] }) == count,
        $"{count} alerts are silenced");
}
