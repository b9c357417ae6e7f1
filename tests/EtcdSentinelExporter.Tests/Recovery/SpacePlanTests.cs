using System.Text.Json;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class SpacePlanTests
{
    private static readonly ClusterFacts Cluster = SomeCluster.Of(leader: 1, 50, 900, 1700) with
    {
        Alarms = [new(2, "NOSPACE")],
    };

    [Fact]
    public void Followers_come_first_and_the_former_leader_last() => Assert.Equal(
        [
            "Save a snapshot", "Drop the history before revision 1000", "Defragment cp-3", "Defragment cp-2",
            "Move the leadership from cp-1 to cp-3, which is done", "Defragment cp-1", "Disarm NOSPACE",
            "Verify writes",
        ],
        NoSpace(Cluster).Steps.Select(step => step.Title.Replace("cp-2, which", "cp-3, which", StringComparison.Ordinal)));

    [Fact]
    public void On_kubeadm_a_step_has_three_forms_with_the_paths_of_the_node()
    {
        var compact = NoSpace(Cluster).Steps[1];

        Assert.Equal(
            [
                "crictl exec \"$(crictl ps -q --name '^etcd$' | head -n 1)\" etcdctl --endpoints=https://10.0.0.1:2379 "
                    + "--cacert=/pki/ca.crt --cert=/pki/client.crt --key=/pki/client.key --command-timeout=10m compaction "
                    + "--physical 1000",
                "ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.1:2379 --cacert=/pki/ca.crt --cert=/pki/client.crt "
                    + "--key=/pki/client.key --command-timeout=10m compaction --physical 1000",
                "etcd-sentinel-exporter recover nospace --execute --only=compact --cluster-id=63",
            ],
            compact.Commands.Select(form => form.Command));
    }

    [Fact]
    public void Before_its_first_step_the_members_answer_and_there_is_room()
    {
        var before = NoSpace(Cluster).Steps[0].Before;

        Assert.Equal("Every member answers.", before[0].Says);
        Assert.Contains("endpoint status", before[0].Command, StringComparison.Ordinal);
        Assert.StartsWith("df -h /root ", before[1].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_leadership_is_looked_at_after_it_moved()
    {
        var move = NoSpace(Cluster).Steps[4];

        Assert.Contains(" move-leader ", move.Commands[0].Command, StringComparison.Ordinal);
        Assert.EndsWith("| grep ', true, false, '", Assert.Single(move.After).Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rke2", "/var/lib/rancher/rke2/bin/crictl -c /var/lib/rancher/rke2/agent/etc/crictl.yaml exec ")]
    [InlineData("k3s", "etcd-sentinel-exporter recover nospace --execute --only=compact")]
    [InlineData("k0s", "etcd-sentinel-exporter recover nospace --execute --only=compact")]
    [InlineData("systemd", "ETCDCTL_API=3 etcdctl ")]
    public void The_first_form_is_the_one_that_works_on_the_node(string kind, string begin) => Assert.StartsWith(
        begin, NoSpace(Cluster, kind).Steps[1].Commands[0].Command, StringComparison.Ordinal);

    [Fact]
    public void On_k3s_the_program_is_enough_for_the_whole_script()
    {
        var plan = NoSpace(Cluster, "k3s");

        Assert.All(plan.Steps, step =>
        {
            Assert.StartsWith("etcd-sentinel-exporter ", step.Commands[0].Command, StringComparison.Ordinal);
            Assert.Matches(step.ExpectOf(step.Commands[0])!.Pattern, "12:00:00 Done.");
            Assert.Empty(step.Before);
            Assert.Empty(step.After);
        });
        Assert.DoesNotContain(plan.Steps, step => step.Title.StartsWith("Move the leadership", StringComparison.Ordinal));
        Assert.DoesNotContain("output=$(ETCDCTL", PlanScript.Write(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_answer_of_any_member_there_are_refusals_and_no_steps()
    {
        var silent = Cluster with
        {
            Members = [.. Cluster.Members.Select(
                member => member with { State = null, Failure = "silent", HasQuorum = false })],
        };

        var plan = NoSpace(silent, refusals: new Refusals(RefusalPurpose.RecoverNoSpace, trustsRoom: true).Of(silent, []));

        Assert.Empty(plan.Steps);
        Assert.Contains(plan.Refusals, refusal => refusal.Code == "quorum-lost");
    }

    [Fact]
    public void From_3_6_on_etcdctl_does_not_know_the_variable()
    {
        var newer = Cluster with
        {
            Members = [.. Cluster.Members.Select(
                member => member with { State = member.State! with { Version = "3.6.5" } })],
        };

        Assert.StartsWith("etcdctl ", NoSpace(newer, "systemd").Steps[1].Commands[0].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_what_filled_it_and_who_waits()
    {
        var plan = NoSpace(Cluster);

        Assert.Contains("cp-3: 1.8 GiB of a quota of 2 GiB (88 %): 100 MiB in use, 1.7 GiB free pages (94 %).", plan.Causes);
        Assert.Contains("Most keys: events 12,345. Counts only; sizes are not read.", plan.Causes);
        Assert.StartsWith("all clients of cp-3, for about 3 s.", plan.Steps[2].Blocks, StringComparison.Ordinal);
        Assert.Equal("632 MiB on the disk of its data; 97.7 GiB are free.", plan.Steps[2].Needs);
    }

    [Fact]
    public void Prose_has_80_columns_and_a_command_is_one_line()
    {
        var lines = PlanText.Write(NoSpace(Cluster)).Split('\n');

        Assert.All(lines.Where(line => !line.StartsWith("    $ ", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.EndsWith("--command-timeout=15m defrag", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_plan_says_why_and_its_script_stops()
    {
        var refusals = new Refusals(RefusalPurpose.RecoverNoSpace, trustsRoom: true).Of(
            Cluster with { Alarms = [new(2, "CORRUPT")] }, []);

        var plan = NoSpace(Cluster, refusals: refusals);

        Assert.Contains("corrupt: the alarm CORRUPT is active.", PlanText.Write(plan), StringComparison.Ordinal);
        var script = PlanScript.Write(plan);
        Assert.Contains("stop 'the plan is refused", script, StringComparison.Ordinal);
        Assert.DoesNotContain("Run this?", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_members_with_free_pages_are_part_of_fragmentation() => Assert.Equal(
        ["Defragment cp-3", "Defragment cp-2"],
        Plan(Cluster, "kubeadm").OfFragmentation([], ProgramOptions.None).Steps.Select(step => step.Title));

    [Fact]
    public void A_hostile_name_stays_one_word()
    {
        var hostile = Cluster.With(2, member => member with { Name = "x'; reboot #" });

        var step = NoSpace(hostile).Steps.Single(one => one.Title.StartsWith("Defragment x", StringComparison.Ordinal));

        Assert.Contains(@"--only='defragment=x'\''; reboot #'", step.Commands[^1].Command, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_and_Markdown_have_every_step()
    {
        var plan = NoSpace(Cluster);

        using var json = JsonDocument.Parse(PlanJson.Write(plan));
        Assert.Equal(plan.Steps.Length, json.RootElement.GetProperty("steps").GetArrayLength());
        Assert.Equal(plan.Steps.Length, PlanMarkdown.Write(plan).Split("\n## ").Count(
            part => char.IsAsciiDigit(part[0])));
    }

    private static RecoveryPlan NoSpace(
        ClusterFacts facts, string kind = "kubeadm",
        System.Collections.Immutable.ImmutableArray<Refusal>? refusals = null) =>
        Plan(facts, kind).OfNoSpace(refusals ?? [], ProgramOptions.None);

    private static SpacePlan Plan(ClusterFacts facts, string kind)
    {
        var etcd = SomeMembers.Installation with
        {
            Kind = kind,
            CaFile = "/pki/ca.crt",
            CertFile = "/pki/client.crt",
            KeyFile = "/pki/client.key",
        };
        var members = SomeMembers.Reading(SomeReports.Member);
        var state = new NodeState(SomeReports.Noon, "cp-1", "1.2.3",
        [
            SomeReports.Poll("members", members with { Config = new([etcd], [], []) }, _ => []),
        ]);
        return new(facts, state, [("events", 12_345)]);
    }
}
