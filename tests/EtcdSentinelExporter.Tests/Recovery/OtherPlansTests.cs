using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>The plans for certificates and disks.</summary>
public sealed class OtherPlansTests
{
    [Fact]
    public void Kubeadm_renews_by_name_then_restarts_in_order()
    {
        var plan = Certificates("kubeadm");

        Assert.Equal(
            ["Save what is there", "Renew the certificates", "Restart kube-apiserver"],
            plan.Steps.Select(step => step.Title));
        Assert.Equal("kubeadm certs renew apiserver", plan.Steps[1].Commands[0].Command);
        Assert.Contains("apiserver (/etc/kubernetes/pki/apiserver.crt) expires in 2 days, 2026-01-03.", plan.Causes);
        Assert.Contains(plan.Notes, note => note.StartsWith("Not renewed by these steps: the CA ca", StringComparison.Ordinal));
        Assert.Contains(plan.Notes, note => note.StartsWith("kubeadm does not renew: CAs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("k3s", "systemctl stop k3s && { k3s certificate rotate; code=$?; systemctl start k3s && [ \"$code\" -eq 0 ]; }")]
    [InlineData("rke2", "systemctl stop rke2-server && { rke2 certificate rotate; code=$?; systemctl start rke2-server && [ \"$code\" -eq 0 ]; }")]
    [InlineData("k0s", "systemctl restart k0scontroller")]
    [InlineData("talos", "talosctl -n NODE reboot --wait")]
    public void Other_distributions_renew_with_their_own_command(string profile, string command) => Assert.Contains(
        Certificates(profile).Steps, step => step.Commands.Any(form => form.Command == command));

    [Fact]
    public void Without_certificates_nothing_is_guessed()
    {
        var plan = CertificatesRecovery.Of(
            new NodeState(SomeReports.Noon, "cp-1", "1.2.3", []), facts: null, ProgramOptions.None);

        Assert.Empty(plan.Steps);
        Assert.Equal("unknown", Assert.Single(plan.Refusals).Code);
    }

    [Fact]
    public void The_disk_of_an_only_member_is_copied_while_the_cluster_is_down()
    {
        var plan = DiskRecovery.Of(new NodeState(SomeReports.Noon, "cp-1", "1.2.3",
            [SomeReports.Poll("members", SomeMembers.Reading(SomeReports.Member), _ => [])]), facts: null, ProgramOptions.None);

        Assert.Contains(plan.Steps, step => step.Title.StartsWith("Copy the data", StringComparison.Ordinal));
        Assert.Contains(plan.Refusals, refusal => refusal.Code == "unknown-disk");
    }

    [Fact]
    public void Without_a_member_there_is_no_step() =>
        Assert.Empty(DiskRecovery.Of(
            new NodeState(SomeReports.Noon, "cp-1", "1.2.3", []), facts: null, ProgramOptions.None).Steps);

    private static RecoveryPlan Certificates(string profile)
    {
        var reading = SomeCertificates.Reading(SomeCertificates.Leaf(2, 365), SomeCertificates.Ca);
        reading = reading with
        {
            Plan = SomeCertificates.Empty with { Profile = profile },
            Components =
            [
                new(Component.ApiServer, SomeCertificates.Noon), new(Component.Etcd, SomeCertificates.Noon),
            ],
        };
        return CertificatesRecovery.Of(
            new NodeState(
                SomeReports.Noon, "cp-1", "1.2.3", [SomeReports.Poll("certificates", reading, _ => [])]),
            facts: null, ProgramOptions.None);
    }
}
