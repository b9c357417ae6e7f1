using System.Collections.Immutable;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Diagnosis;

public sealed class UpgradePlanTests
{
    [Fact]
    public void The_newest_patch_may_go_to_the_next_minor_followers_first()
    {
        var plan = Plan("3.6", Member("a", "3.5.33", isLeader: true), Member("b", "3.5.33"), Member("c", "3.5.33"));

        Assert.Empty(plan.Blockers);
        Assert.Equal(
            ["Save", "Upgrade b", "Upgrade c", "Move", "Upgrade a", "When"],
            plan.Steps.Select(step => string.Join(' ', step.Split(" ").Take(step.StartsWith('U') ? 2 : 1))));
        Assert.Contains(plan.Steps, step => step.Contains("3.6.14", StringComparison.Ordinal));
    }

    [Fact]
    public void An_older_patch_is_told_why_it_must_wait()
    {
        var blockers = Plan("3.6", Member("a", "3.5.21", isLeader: true)).Blockers;

        Assert.Equal(2, blockers.Length);
        Assert.All(blockers, blocker => Assert.Contains(
            "upgrade 3.5.21 to 3.5.33 first", blocker, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.4.45", "3.6", "go to 3.5 first")]
    [InlineData("3.6.14", "3.5", "newer than 3.5")]
    public void Minor_versions_are_taken_one_at_a_time_and_never_back(string version, string to, string wanted) =>
        Assert.Contains(
            Plan(to, Member("a", version)).Blockers, blocker => blocker.Contains(wanted, StringComparison.Ordinal));

    [Fact]
    public void Flags_that_3_7_does_not_have_are_in_the_way_and_named()
    {
        var plan = Plan("3.7", ["experimental-initial-corrupt-check"], Member("a", "3.6.14"));

        Assert.Contains(plan.Blockers, line => line.Contains("etcd#19959", StringComparison.Ordinal));
        Assert.Contains(
            plan.Checks, line => line.Contains("experimental-initial-corrupt-check", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Plan("3.7", [], Member("a", "3.6.14")).Blockers, line => line.Contains("19959", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_is_down_or_a_learner_is_in_the_way()
    {
        var down = Member("b", "3.5.33") with { Status = null, Failure = new("timeout", "no answer") };
        var learner = Member("c", "3.5.33");
        learner = learner with { Status = learner.Status! with { IsLearner = true } };

        var blockers = Plan("3.6", Member("a", "3.5.33", isLeader: true), down, learner).Blockers;

        Assert.Contains(blockers, line => line.StartsWith("b does not answer", StringComparison.Ordinal));
        Assert.Contains(blockers, line => line.StartsWith("c is a learner", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_whose_data_is_not_migrated_yet_is_in_the_way()
    {
        var old = Member("a", "3.6.14");
        old = old with { Identity = old.Identity! with { StorageVersion = "3.5.0" } };
        var migrated = old with { Identity = old.Identity with { StorageVersion = "3.6.0" } };

        Assert.Contains("a still stores its data as 3.5 does: wait until it has migrated.", Plan("3.7", old).Blockers);
        Assert.DoesNotContain(
            Plan("3.7", migrated).Blockers, line => line.Contains("stores", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Plan("3.6", old, Member("b", "3.5.33")).Blockers,
            line => line.Contains("stores", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_table_does_not_know_is_said_with_its_date()
    {
        var plan = Plan("3.8", Member("a", "3.7.9"));

        Assert.Contains(
            plan.Checks, line => line.StartsWith("3.7.9 is newer than the table of 20", StringComparison.Ordinal));
        Assert.Contains(plan.Checks, line => line.Contains("nothing about 3.8", StringComparison.Ordinal));
    }

    private static UpgradePlan Plan(string to, params MemberReading[] members) => Plan(to, [], members);

    private static UpgradePlan Plan(string to, ImmutableArray<string> experimental, params MemberReading[] members)
    {
        var reading = SomeMembers.Reading(members);
        reading = reading with
        {
            Config = new([SomeMembers.Installation with { ExperimentalOptions = experimental }], [], []),
        };
        var poll = new Snapshot<MembersReading>("members", SomeMembers.Noon) { Reading = reading };
        return UpgradePlan.Of(
            new(SomeMembers.Noon, "cp-1", "1.2.3", [new("members", poll)]), EtcdVersion.Parse(to + ".0")!.Value);
    }

    private static MemberReading Member(string name, string version, bool isLeader = false) => SomeMembers.Member with
    {
        Endpoint = $"https://{name}:2379",
        Identity = new(name, (ulong)name[0], 1, version, ""),
        Status = SomeMembers.Status with { IsLeader = isLeader },
        Alarms = [],
    };
}
