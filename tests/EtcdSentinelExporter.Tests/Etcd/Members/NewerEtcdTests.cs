using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

/// <summary>What etcd 3.6 and later tell, and what only the node's files tell.</summary>
public sealed class NewerEtcdTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly FakeClock _clock = new();
    private readonly FakeMember _member;

    public NewerEtcdTests() => _member = new(_clock) { Status = { Version = "3.6.14", DbSizeQuota = 4000 } };

    [Fact]
    public async Task The_pages_of_checks_are_probes_at_every_fourth_poll()
    {
        _member.Fails[ProbeRecord.Readyz] = new EtcdException(EtcdReason.HttpStatus, "HTTP 503 instead of 200.");
        MemberReading? reading = null;
        for (var poll = 0; poll < 8; poll++)
        {
            reading = await ExamineAsync(reading);
            _clock.Advance(Every);
        }

        Assert.True(reading!.Probes[ProbeRecord.Livez].Succeeded);
        Assert.Equal("http_status", reading.Probes[ProbeRecord.Readyz].Failure?.Reason);
        Assert.Equal(2, _member.Asked.Count(probe => probe == ProbeRecord.Livez));
        Assert.True(reading.IsUp);
    }

    [Fact]
    public async Task A_page_of_checks_that_is_not_there_is_no_failure_and_requested_again_after_an_upgrade()
    {
        _member.Fails[ProbeRecord.Livez] = _member.Fails[ProbeRecord.Readyz] =
            new EtcdException(EtcdReason.HttpStatus, "404") { HttpStatus = 404 };
        MemberReading? reading = null;
        for (var poll = 0; poll < 20; poll++)
        {
            reading = await ExamineAsync(reading);
            Assert.DoesNotContain(ProbeRecord.Livez, reading.Probes.Keys);
            Assert.DoesNotContain(ProbeRecord.Readyz, reading.Probes.Keys);
            _clock.Advance(Every);
        }
        Assert.Equal([ProbeRecord.Livez], _member.Asked.Where(probe => probe.EndsWith('z')));

        _member.Status.Version = "3.7.9";
        _member.Fails.Clear();
        reading = await ExamineAsync(reading);

        Assert.True(reading.Probes[ProbeRecord.Livez].Succeeded);
        Assert.True(reading.Probes[ProbeRecord.Readyz].Succeeded);
    }

    [Fact]
    public async Task An_older_etcd_is_not_asked_for_them()
    {
        _member.Status.Version = "3.5.30";

        await ExamineAsync(null);

        Assert.DoesNotContain(ProbeRecord.Livez, _member.Asked);
        Assert.DoesNotContain(ProbeRecord.Readyz, _member.Asked);
    }

    [Theory]
    [InlineData(true, "3.5.0")]
    [InlineData(false, null)]
    public async Task A_downgrade_that_is_under_way_is_told(bool isEnabled, string? target)
    {
        _member.Status.DowngradeInfo = new() { Enabled = isEnabled, TargetVersion = "3.5.0" };

        var reading = await ExamineAsync(null);

        Assert.Equal(target, reading.Status!.DowngradesTo);
        Assert.Equal(
            target is not null,
            MembersMetrics.Families.Text(SomeMembers.Reading(reading)).Contains(
                "downgrade_info{etcd_endpoint=\"https://127.0.0.1:2379\",target_version=\"3.5.0\"} 1",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Features_that_are_on_are_told()
    {
        _member.Page = """
            etcd_server_feature_enabled{name="CompactHashCheck",stage="ALPHA"} 0
            etcd_server_feature_enabled{name="InitialCorruptCheck",stage="ALPHA"} 1
            etcd_server_feature_enabled{name="TxnModeWriteWithSharedBuffer",stage="BETA"} 1

            """;

        Assert.Equal(
            ["InitialCorruptCheck", "TxnModeWriteWithSharedBuffer"], (await ExamineAsync(null)).Features,
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_learner_has_the_name_that_it_was_started_with()
    {
        _member.Status.IsLearner = true;

        Assert.Equal("cp-1", (await ExamineAsync(null)).Identity!.Name);
    }

    [Fact]
    public async Task A_voter_has_the_name_of_the_member_list()
    {
        _member.Members.Members[0].Name = "renamed";

        Assert.Equal("renamed", (await ExamineAsync(null)).Identity!.Name);
    }

    [Theory]
    [InlineData(null, null, 0.0)]
    [InlineData(null, "0", 0.0)]
    [InlineData("periodic", "8", 28800.0)]
    [InlineData("periodic", "24h", 86400.0)]
    [InlineData(null, "1h30m", 5400.0)]
    [InlineData(null, "100s", 100.0)]
    [InlineData("revision", "1000", null)]
    [InlineData(null, "soon", null)]
    public async Task The_retention_of_compaction_is_a_number(string? mode, string? retention, double? seconds)
    {
        using var node = new TempNode();
        string[] flags = [.. Flag("mode", mode), .. Flag("retention", retention)];
        var discovered = await node.With(EtcdDiscovery.DefaultManifest, EtcdDiscoveryTests.Pod(flags))
            .DiscoverAsync();

        var reading = await new MemberExaminer(_member, discovered.Found, Every, _clock)
            .ExamineAsync(before: null, CancellationToken.None);

        Assert.Equal(seconds, reading.CompactionRetention?.TotalSeconds);
    }

    private static string[] Flag(string name, string? value) =>
        value is null ? [] : [$"--auto-compaction-{name}={value}"];

    private Task<MemberReading> ExamineAsync(MemberReading? before) =>
        new MemberExaminer(_member, SomeMembers.Installation, Every, _clock).ExamineAsync(before, CancellationToken.None);
}
