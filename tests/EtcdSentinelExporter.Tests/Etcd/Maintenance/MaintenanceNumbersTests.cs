using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Versions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

/// <summary>Estimates, allowances, versions and rules.</summary>
public sealed class MaintenanceNumbersTests
{
    [Theory]
    [InlineData(1_000_000_000, null, 20)]
    [InlineData(500_000_000, null, 10)]
    [InlineData(0, null, 0)]
    // Half as much again as it took.
    [InlineData(1_000_000_000, 12.0, 18)]
    // What it took may have been for a database that was much smaller.
    [InlineData(1_000_000_000, 4.0, 10)]
    [InlineData(6_000_000_000, 1.0, 60)]
    public void An_estimate_counts_data_in_use_or_what_it_took_before(long inUse, double? last, double seconds) =>
        Assert.Equal(seconds, BlockEstimate.Of(inUse, last).TotalSeconds, 3);

    [Theory]
    // kubeadm's.
    [InlineData("{failureThreshold: 8, periodSeconds: 10, timeoutSeconds: 15, initialDelaySeconds: 10}", 85)]
    [InlineData("{failureThreshold: 1, periodSeconds: 10, timeoutSeconds: 15}", 15)]
    // Kubernetes' defaults: period 10 s, 3 failures, timeout 1 s.
    [InlineData("{httpGet: {path: /livez}}", 21)]
    public void A_liveness_probe_allows_its_failures_and_the_last_timeout(string probe, double seconds)
    {
        var allowed = ProbeAllowance.Parse("etcd", Pod(probe));

        Assert.Equal(seconds, allowed?.Silence.TotalSeconds);
    }

    [Fact]
    public void Another_container_or_no_probe_allows_everything()
    {
        Assert.Null(ProbeAllowance.Parse("kube-apiserver", Pod("{periodSeconds: 10}")));
        Assert.Null(ProbeAllowance.Parse("etcd", "spec: {containers: [{name: etcd}]}"));
        Assert.Null(ProbeAllowance.Parse("etcd", "- no pod"));
        Assert.Null(ProbeAllowance.Parse("etcd", ""));
    }

    [Theory]
    [InlineData("{periodSeconds: 0}")]
    [InlineData("{periodSeconds: -1}")]
    [InlineData("{failureThreshold: many}")]
    [InlineData("{timeoutSeconds: 99999999999}")]
    public void A_number_that_kubelet_would_reject_is_an_error(string probe) =>
        Assert.Throws<FormatException>(() => ProbeAllowance.Parse("etcd", Pod(probe)));

    [Theory]
    [InlineData("3.4.23", "3.4.23")]
    [InlineData("3.4.23+dfsg", "3.4.23")]
    [InlineData("3.6.0-rc.1", "3.6.0")]
    [InlineData("3.6", null)]
    [InlineData("3.6.x", null)]
    [InlineData("-1.2.3", null)]
    [InlineData("", null)]
    [InlineData("99999999999.1.1", null)]
    public void A_version_is_three_numbers(string text, string? version) =>
        Assert.Equal(version, EtcdVersion.Parse(text)?.ToString());

    [Theory]
    // 2 GiB of quota: 10 % are 205 MiB.
    [InlineData(205, 100, true)]
    [InlineData(204, 100, false)]
    // Half of the file.
    [InlineData(400, 400, true)]
    [InlineData(400, 401, false)]
    public void Both_rules_must_hold(long free, long used, bool isWorthIt)
    {
        var cluster = SomeCluster.Of(1, free).WithState(1, state => state with
        {
            InUseBytes = used * SomeCluster.Mebibyte,
            DbBytes = (free + used) * SomeCluster.Mebibyte,
        });

        Assert.Equal(isWorthIt, DefragmentRules.Default.Select(cluster).Contains(1));
    }

    [Fact]
    public void Learners_and_members_without_an_answer_are_not_selected()
    {
        var cluster = SomeCluster.Of(1, 900, 900, 900, 900)
            .With(2, member => member with { IsLearner = true })
            .With(3, member => member with { State = null })
            .WithState(4, state => state with { QuotaBytes = null });

        Assert.Equal([1UL, 4UL], DefragmentRules.Default.Select(cluster).Order());
    }

    [Fact]
    public void Only_the_node_of_the_started_voter_with_the_smallest_ID_acts()
    {
        var cluster = SomeCluster.Of(2, 900, 900, 900);
        var seenFromTwo = cluster.With(1, member => member with { IsOwn = false })
            .With(2, member => member with { IsOwn = true });

        Assert.True(cluster.IsOurTurn);
        Assert.False(seenFromTwo.IsOurTurn);
        Assert.True(seenFromTwo.With(1, member => member with { IsLearner = true }).IsOurTurn);
        Assert.True(seenFromTwo.With(1, member => member with { Name = "", ClientUrls = [] }).IsOurTurn);
    }

    private static string Pod(string probe) => $"""
        kind: Pod
        spec:
          containers:
          - name: etcd
            livenessProbe: {probe}
        """;
}
