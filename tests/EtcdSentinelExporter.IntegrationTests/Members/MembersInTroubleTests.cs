using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>Members that die, hang, lose their quorum or run full.</summary>
public sealed class MembersInTroubleTests
{
    [Fact]
    public async Task A_killed_member_keeps_its_name_and_loses_its_values_until_it_is_back()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        var member = cluster.Members[1];
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);

        member.Kill();
        var down = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_member_failure", "unreachable"), "the member is down");
        member.Start();
        var back = await sentinel.WaitAsync(p => p.Value("etcd_sentinel_member_up") == 1, "the member is back");

        Assert.Equal(0, down.Value("etcd_sentinel_member_up"));
        Assert.True(down.Has("etcd_sentinel_member_info", "cp-2"));
        Assert.False(down.Has("etcd_sentinel_db_size_bytes"));
        Assert.False(down.Has("etcd_sentinel_alarm_active"));
        Assert.False(down.Has("etcd_sentinel_member_has_leader"));
        Assert.Equal(1, down.Value("etcd_sentinel_poll_success", "members"));
        Assert.False(back.Has("etcd_sentinel_member_failure"));
        Assert.True(back.Has("etcd_sentinel_db_size_bytes"));
    }

    [Fact]
    public async Task A_member_that_hangs_never_delays_a_scrape_gets_one_call_and_recovers()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideHealthyAsync(member, findsHangs: true);
        await sentinel.AfterTheNextPollAsync();

        await member.PauseAsync();
        var first = await sentinel.WaitAsync(p => p.Value("etcd_sentinel_member_up") == 0, "the silence is noticed");
        var second = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_probe_failure", "status", "busy"), "no second call is sent");
        await member.ResumeAsync();
        var back = await sentinel.WaitAsync(p => p.Value("etcd_sentinel_member_up") == 1, "it answers again");

        Assert.True(first.Has("etcd_sentinel_member_info", "cp-1"));
        Assert.False(second.Has("etcd_sentinel_member_raft_index"));
        Assert.Equal(1, back.Value("etcd_sentinel_member_has_leader"));
    }

    [Fact]
    public async Task Without_a_quorum_the_local_answers_stay_and_the_linearizable_read_fails()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0]);

        cluster.Members[1].Kill();
        cluster.Members[2].Kill();
        var page = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_member_has_leader") == 0
                && p.Value("etcd_sentinel_probe_success", "linearizable_read") == 0,
            "the leader is lost");

        Assert.Equal(1, page.Value("etcd_sentinel_member_up"));
        Assert.Equal(1, page.Value("etcd_sentinel_probe_success", "serializable_read"));
        Assert.Equal(0, page.Value("etcd_sentinel_member_is_leader"));
        Assert.True(page.Has("etcd_sentinel_db_size_bytes"));
    }

    [Fact]
    public async Task The_nospace_alarm_is_seen_also_while_etcd_restarts_every_few_seconds_and_goes_when_disarmed()
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, ExtraFlags = ["--quota-backend-bytes=300000"] });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);
        await cluster.FillAsync();

        var full = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_alarm_active", "NOSPACE") == 1, "the alarm is seen");
        Assert.Equal(0, full.Value("etcd_sentinel_alarm_active", "CORRUPT"));
        Assert.Equal(300000, full.Value("etcd_sentinel_db_quota_bytes"));
        Assert.True(full.Value("etcd_sentinel_db_quota_used_ratio") > 0.6);

        for (var restart = 0; restart < 3; restart++)
        {
            member.Kill();
            await sentinel.WaitAsync(p => p.Value("etcd_sentinel_member_up") == 0, "the restart is noticed");
            member.Start();
            await sentinel.WaitAsync(
                p => p.Value("etcd_sentinel_alarm_active", "NOSPACE") == 1, "the alarm is back with the member");
        }

        var revision = (await EndpointStatus.OfAsync(cluster, member)).Revision;
        await cluster.EtcdctlAsync("compact", $"{revision}");
        await cluster.EtcdctlAsync("defrag");
        var stillFrozen = await sentinel.AfterTheNextPollAsync();
        await cluster.EtcdctlAsync("alarm", "disarm");
        var free = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_alarm_active", "NOSPACE") == 0, "the alarm is gone");

        Assert.Equal(1, stillFrozen.Value("etcd_sentinel_alarm_active", "NOSPACE"));
        Assert.True(free.Value("etcd_sentinel_db_size_bytes") < full.Value("etcd_sentinel_db_size_bytes"));
    }

    [Fact]
    public async Task A_member_that_defragments_is_reported_as_that_and_not_as_down()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var value = new string('x', 120_000);
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, _) => await cluster.EtcdctlAsync("put", $"key{i}", value));
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);

        var seen = false;
        for (var defrag = 0; defrag < 20 && !seen; defrag++)
        {
            var defragmentation = cluster.EtcdctlAsync("--command-timeout=60s", "defrag");
            while (!defragmentation.IsCompleted && !seen)
            {
                var page = await sentinel.ScrapeAsync();
                Assert.True(page.Value("etcd_sentinel_member_up") == 1, page.Text);
                seen = page.Has("etcd_sentinel_member_failure", "defragmenting");
                Assert.Equal(seen, page.Value("etcd_sentinel_defrag_in_progress") == 1);
            }
            await defragmentation;
        }

        Assert.True(seen, "None of 20 defragmentations was seen.");
        await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_defrag_in_progress") == 0
                && p.Has("etcd_sentinel_db_size_bytes"), "it answers again");
    }

    [Fact]
    public async Task It_stops_in_the_middle_of_a_poll()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0], findsHangs: true);
        await cluster.Members[0].PauseAsync();
        await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_member_up") == 0, "a call is under way that does not come back");

        // How long it gives to scrapes is a matter of ServeHostTests.
        Assert.Equal(0, await sentinel.StopAsync());
    }
}
