using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MembersProbeTests
{
    private static readonly EtcdOverrides NothingGiven = new(
        [], CaFile: null, CertFile: null, KeyFile: null, MetricsUrl: null);
    private static readonly EtcdConfigProblem Torn = new(
        "/etc/kubernetes/manifests/etcd.yaml", "malformed", "/etc/kubernetes/manifests/etcd.yaml: line 3: no YAML");

    private readonly FakeClock _clock = new();
    private EtcdDiscovered _discovered = new([SomeMembers.Installation], LookedAt: [], Problems: []);

    [Fact]
    public async Task The_members_own_configuration_gives_the_quota_that_nobody_else_says()
    {
        var reading = await ReadAsync(NothingGiven, page: "");

        Assert.Equal(new MemberQuota(MemberQuotas.DefaultBytes, "default"), Assert.Single(reading.Members).Quota);
    }

    [Fact]
    public async Task Where_no_etcd_is_expected_nothing_fails()
    {
        _discovered = new([], LookedAt: ["/etc/kubernetes/manifests/etcd.yaml"], Problems: []);

        Assert.Empty((await ReadAsync(NothingGiven)).Members);
    }

    [Fact]
    public async Task A_manifest_that_never_could_be_read_fails_the_poll()
    {
        _discovered = new([], LookedAt: [], [Torn]);

        var reading = await ReadAsync(NothingGiven);

        Assert.Equal(new ProbeFailure("malformed", Torn.Message), reading.Failure);
    }

    [Fact]
    public async Task Given_endpoints_beat_the_manifest_and_do_not_take_its_quota()
    {
        var given = NothingGiven with { Endpoints = [EtcdEndpoint.Parse("https://10.0.0.9:2379")] };

        var reading = await ReadAsync(given, page: "");

        Assert.Null(Assert.Single(reading.Members).Quota);
        Assert.Equal(["https://10.0.0.9:2379"], _asked.Select(target => target.Endpoint.Text));
    }

    [Fact]
    public async Task An_etcd_that_the_node_starts_and_nobody_can_dial_is_a_failure_that_says_why()
    {
        var unix = SomeMembers.Installation with { ClientUrl = null };
        _discovered = new([unix], LookedAt: [], [new("/x", EtcdConfigProblem.NoAddress, "unix: cannot be dialled")]);

        var unknown = await ReadAsync(NothingGiven);
        var given = await ReadAsync(
            NothingGiven with { Endpoints = [EtcdEndpoint.Parse("https://127.0.0.1:2379")] });

        Assert.Equal(new ProbeFailure("malformed", "unix: cannot be dialled"), unknown.Failure);
        Assert.Null(given.Failure);
        Assert.Empty(given.Config.Problems);
    }

    [Fact]
    public async Task What_nobody_foresaw_about_one_member_costs_that_member_alone()
    {
        ImmutableArray<EtcdEndpoint> two =
            [EtcdEndpoint.Parse("https://10.0.0.9:2379"), EtcdEndpoint.Parse("https://127.0.0.1:2379")];
        var odd = new PagingMember(new FakeMember(_clock), () => throw new InvalidOperationException("odd"));
        var probe = new MembersProbe(
            _ => Task.FromResult(_discovered),
            NothingGiven with { Endpoints = two },
            _ => [odd, new FakeMember(_clock)],
            TimeSpan.FromSeconds(15),
            new MembersLog(NullLogger.Instance),
            _clock);

        var reading = await probe.ReadAsync(previous: null, CancellationToken.None);

        Assert.Equal(
            new MemberFailure(MemberFailure.Bug, "InvalidOperationException: odd"), reading.Members[0].Failure);
        Assert.NotNull(reading.Members[1].Status);
    }

    [Fact]
    public async Task A_disk_that_does_not_give_the_manifest_fails_the_poll_as_a_timeout()
    {
        var probe = new MembersProbe(
            _ => throw new TimeoutException(), NothingGiven, _ =>
                [], TimeSpan.FromSeconds(15), new MembersLog(NullLogger.Instance), _clock);

        await Assert.ThrowsAsync<TimeoutException>(
            () => probe.ReadAsync(previous: null, CancellationToken.None).AsTask());
    }

    private ImmutableArray<EtcdTarget> _asked = [];

    private async Task<MembersReading> ReadAsync(
        EtcdOverrides given, string? page = null, MembersReading? previous = null)
    {
        var probe = new MembersProbe(
            _ => Task.FromResult(_discovered),
            given,
            targets =>
            {
                _asked = targets;
                return [.. targets.Select(
                    IMember (_) => page is null ? new FakeMember(_clock) : new FakeMember(_clock) { Page = page })];
            },
            TimeSpan.FromSeconds(15),
            new MembersLog(NullLogger.Instance),
            _clock);
        return await probe.ReadAsync(previous, CancellationToken.None);
    }
}
