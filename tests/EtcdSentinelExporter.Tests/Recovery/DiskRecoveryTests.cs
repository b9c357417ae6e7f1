using System.Diagnostics;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>The plan that moves a member to another disk.</summary>
public sealed class DiskRecoveryTests
{
    [Fact]
    public void Nothing_is_copied_before_etcd_is_stopped()
    {
        var plan = Plan(SomeMembers.Installation);
        var stop = Step(plan, "Stop etcd");

        Assert.Equal(
            "[ ! -e /root/etcd.yaml ] && mv /etc/kubernetes/manifests/etcd.yaml /root/etcd.yaml && "
            + "until ids=$(crictl ps -q --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system) && "
            + "[ -z \"$ids\" ]; do sleep 1; done",
            stop.Commands[0].Command);
        Assert.Equal("pgrep -x etcd; [ \"$?\" -eq 1 ]", stop.After[0].Command);
        Assert.StartsWith(
            "pgrep -x etcd; [ \"$?\" -eq 1 ] && mountpoint -q /mnt/etcd-new && cp -a ",
            Step(plan, "Copy").Commands[0].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_disk_is_in_fstab_and_the_unit_waits_for_it()
    {
        var plan = Plan(SomeMembers.Installation);
        var mount = Step(plan, "Mount");

        Assert.Contains("echo \"UUID=$uuid /var/lib/etcd ext4 defaults,noatime 0 2\" >> /etc/fstab", mount.Commands[0].Command, StringComparison.Ordinal);
        Assert.Contains(mount.After, check => check.Command == "findmnt --fstab /var/lib/etcd");
        Assert.Contains("RequiresMountsFor=/var/lib/etcd", Step(plan, "Let kubelet.service wait").Commands[0].Command, StringComparison.Ordinal);
        Assert.DoesNotContain("diff -r", PlanText.Write(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_is_not_empty_gets_no_file_system()
    {
        var prepare = Step(Plan(SomeMembers.Installation), "Prepare");

        Assert.Equal("^$", prepare.Before[0].Pattern);
        Assert.StartsWith("found=$(wipefs /dev/NEW-DISK) && [ -z \"$found\" ] && mkfs.ext4 ", prepare.Commands[0].Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k3s", "/var/lib/etcd", null)]
    [InlineData("rke2", "/var/lib/etcd", null)]
    [InlineData("kubeadm", "/var/lib/etcd data", null)]
    [InlineData("kubeadm", null, null)]
    [InlineData("kubeadm", "/var/lib/etcd", "/wal")]
    public void Where_no_command_is_sure_the_runbook_is_named(string kind, string? data, string? wal)
    {
        var plan = Plan(SomeMembers.Installation with { Kind = kind, DataDir = data, WalDir = wal });

        Assert.Empty(plan.Steps[^1].Commands);
        Assert.Contains("runbook move-etcd-to-another-disk", plan.Steps[^1].IfNot, StringComparison.Ordinal);
        Assert.DoesNotContain("mkfs", PlanText.Write(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_of_systemd_is_stopped_by_its_name()
    {
        var plan = Plan(SomeMembers.Installation with { Kind = "systemd", Unit = "etcd-main.service" });

        Assert.Equal("systemctl stop etcd-main.service", Step(plan, "Stop etcd").Commands[0].Command);
        Assert.Equal("systemctl start etcd-main.service", Step(plan, "Start etcd").Commands[0].Command);
    }

    [Fact]
    public void Another_member_that_is_down_refuses_it()
    {
        var down = SomeCluster.Of(leader: 1, 0, 0, 0).With(3, member => member with { State = null, Failure = "silent" });

        Assert.Contains(Plan(SomeMembers.Installation, down).Refusals, refusal => refusal.Code == "member-down");
        Assert.DoesNotContain(
            Plan(SomeMembers.Installation, SomeCluster.Of(leader: 1, 0, 0, 0)).Refusals,
            refusal => refusal.Code is "member-down" or "unknown-members");
        Assert.Contains(Plan(SomeMembers.Installation, facts: null).Refusals, refusal => refusal.Code == "unknown-members");
    }

    [Fact]
    public async Task Bash_reads_every_command()
    {
        foreach (var step in Plan(SomeMembers.Installation, SomeCluster.Of(leader: 1, 0)).Steps)
        {
            foreach (var command in step.Before.Concat(step.After).Select(check => check.Command)
                .Concat(step.Commands.Select(form => form.Command)))
            {
                using var bash = Process.Start(new ProcessStartInfo(Programs.Need("bash"), ["-n", "-c", command])
                {
                    UseShellExecute = false,
                    RedirectStandardError = true,
                })!;
                var error = await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(bash.ExitCode == 0, $"{command}: {error}");
            }
        }
    }

    private static RecoveryStep Step(RecoveryPlan plan, string begin) =>
        plan.Steps.Single(step => step.Title.StartsWith(begin, StringComparison.Ordinal));

    private static RecoveryPlan Plan(EtcdInstallation etcd) => Plan(etcd, SomeCluster.Of(leader: 1, 0, 0, 0));

    private static RecoveryPlan Plan(EtcdInstallation etcd, ClusterFacts? facts) => DiskRecovery.Of(
        new NodeState(SomeReports.Noon, "cp-1", "1.2.3",
        [
            SomeReports.Poll(
                "members", SomeMembers.Reading(SomeReports.Member) with { Config = new([etcd], [], []) }, _ => []),
        ]),
        facts, ProgramOptions.None);
}
