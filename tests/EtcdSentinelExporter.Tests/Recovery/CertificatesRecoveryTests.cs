using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>The plan that renews certificates.</summary>
public sealed class CertificatesRecoveryTests
{
    private static readonly FileReading Leaf = SomeCertificates.Leaf(2, 365);

    private static readonly ClusterFacts Healthy = SomeCluster.Of(leader: 1, 0, 0, 0);

    private static readonly ClusterFacts Down =
        Healthy.With(3, member => member with { State = null, Failure = "silent" });

    [Fact]
    public void Etcd_goes_on_where_only_leaves_are_renewed()
    {
        var plan = Plan("kubeadm", Down, Leaf);

        Assert.DoesNotContain(plan.Steps, step => step.Title == "Restart etcd");
        Assert.Contains(plan.Steps, step => step.Title == "Restart kube-apiserver");
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void Etcd_restarts_for_a_file_of_its_start_and_only_if_all_members_answer()
    {
        var file = Leaf with { ReadAtStartBy = [Component.Etcd] };

        var plan = Plan("kubeadm", Healthy, file);

        var restart = plan.Steps.Single(step => step.Title == "Restart etcd");
        Assert.Equal("etcd-sentinel-exporter recover certificates >/dev/null", Assert.Single(restart.Before).Command);
        Assert.Empty(plan.Refusals);
        Assert.Equal("member-down", Assert.Single(Plan("kubeadm", Down, file).Refusals).Code);
    }

    [Theory]
    [InlineData("k3s")]
    [InlineData("rke2")]
    [InlineData("k0s")]
    [InlineData("talos")]
    public void A_distribution_that_stops_etcd_is_refused_while_a_member_is_down(string profile)
    {
        Assert.Equal("member-down", Assert.Single(Plan(profile, Down, Leaf).Refusals).Code);
        Assert.Equal("unknown-members", Assert.Single(Plan(profile, null, Leaf).Refusals).Code);
        var plan = Plan(profile, Healthy, Leaf);
        Assert.Empty(plan.Refusals);
        Assert.Contains(plan.Steps.SelectMany(step => step.Before),
            check => check.Command == "etcd-sentinel-exporter recover certificates >/dev/null");
    }

    [Fact]
    public void Without_etcd_nothing_is_asked_of_it()
    {
        var reading = SomeCertificates.Reading(Leaf, SomeCertificates.Ca);
        var plan = CertificatesRecovery.Of(
            new NodeState(SomeReports.Noon, "cp-1", "1.2.3",
                [SomeReports.Poll("certificates", reading with { Plan = SomeCertificates.Empty with { Profile = "k3s" } }, _ => [])]),
            facts: null, ProgramOptions.None);

        Assert.Empty(plan.Refusals);
        Assert.DoesNotContain("recover certificates", PlanText.Write(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void K3s_starts_again_after_a_rotation_that_failed() => Assert.Equal(
        "systemctl stop k3s && { k3s certificate rotate; code=$?; systemctl start k3s && [ \"$code\" -eq 0 ]; }",
        Plan("k3s", Healthy, Leaf).Steps[1].Commands[0].Command);

    [Fact]
    public void No_command_replaces_a_kubeconfig_of_the_user()
    {
        var plan = Plan("kubeadm", Healthy, Leaf with { Name = "admin.conf", Path = "/etc/kubernetes/admin.conf" });

        Assert.Empty(plan.Steps.Single(step => step.Title.StartsWith("Replace the copies", StringComparison.Ordinal)).Commands);
        Assert.DoesNotContain(".kube/config", PlanText.Write(plan), StringComparison.Ordinal);
    }

    private static RecoveryPlan Plan(string profile, ClusterFacts? facts, FileReading leaf)
    {
        var reading = SomeCertificates.Reading(leaf, SomeCertificates.Ca) with
        {
            Plan = SomeCertificates.Empty with { Profile = profile },
            Components =
            [
                new(Component.ApiServer, SomeCertificates.Noon), new(Component.Etcd, SomeCertificates.Noon),
            ],
        };
        return CertificatesRecovery.Of(
            new NodeState(SomeReports.Noon, "cp-1", "1.2.3",
            [
                SomeReports.Poll("certificates", reading, _ => []),
                SomeReports.Poll("members", SomeMembers.Reading(SomeReports.Member), _ => []),
            ]),
            facts, ProgramOptions.None);
    }
}
