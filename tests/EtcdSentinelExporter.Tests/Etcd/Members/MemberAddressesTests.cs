using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

/// <summary>A member with a loopback address and an advertised one, which may lead to another member.</summary>
public sealed class MemberAddressesTests
{
    private const string Loopback = "https://127.0.0.1:2379";
    private const string Advertised = "https://node1:2379";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly FakeClock _clock = new();
    private readonly FakeMember _local;
    private readonly FakeMember _advertised;
    private EtcdInstallation _installation = SomeMembers.Installation;

    public MemberAddressesTests() => (_local, _advertised) =
        (new(_clock), new(_clock) { Endpoint = Advertised });

    [Theory]
    [InlineData("name_mismatch", Advertised)]
    [InlineData("unreachable", Advertised)]
    [InlineData("timeout", Loopback)]
    public async Task Another_address_is_used_when_the_preferred_one_is_wrong_and_stays_for_5_minutes(
        string reason, string endpoint)
    {
        Fail(_local, reason);

        var reading = await ExamineAsync(null);
        _local.Asked.Clear();
        for (var poll = 0; poll < 19; poll++)
        {
            _clock.Advance(Every);
            reading = await ExamineAsync(reading);
            Assert.Equal(endpoint, reading.Endpoint);
        }

        Assert.Equal(reason == "timeout", _local.Asked.Count > 0);
    }

    [Fact]
    public async Task It_goes_back_to_the_preferred_address_once_that_works()
    {
        Fail(_local, "unreachable");
        var reading = await ExamineAsync(null);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var still = await ExamineAsync(reading);
        _local.Fails.Clear();
        _clock.Advance(TimeSpan.FromMinutes(5));
        var back = await ExamineAsync(still);

        Assert.Equal([Advertised, Advertised, Loopback], new[] { reading, still, back }.Select(at => at.Endpoint));
        Assert.True(back is { IsUp: true, PreferredAskedAt: null });
    }

    [Fact]
    public async Task The_address_that_works_is_asked_first_as_the_preferred_one_may_use_up_the_poll()
    {
        Fail(_local, "unreachable");
        var reading = await ExamineAsync(null);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var asked = new List<string>();

        await new MemberAddresses([_local, _advertised], _installation, (member, before) =>
        {
            asked.Add(member.Endpoint);
            return new MemberExaminer(member, _installation, Every, _clock).ExamineAsync(before, CancellationToken.None);
        }, _clock).ExamineAsync(reading);

        Assert.Equal([Advertised, Loopback], asked);
    }

    [Fact]
    public async Task The_preferred_address_is_tried_at_once_when_the_other_fails()
    {
        Fail(_local, "unreachable");
        var reading = await ExamineAsync(null);
        _local.Fails.Clear();
        Fail(_advertised, "unreachable");

        Assert.Equal(Loopback, (await ExamineAsync(reading)).Endpoint);
    }

    [Fact]
    public async Task A_member_that_is_down_keeps_its_address()
    {
        Fail(_local, "unreachable");
        var reading = await ExamineAsync(null);
        Fail(_advertised, "unreachable");
        for (var poll = 0; poll < 50; poll++)
        {
            _clock.Advance(Every);
            reading = await ExamineAsync(reading);
            Assert.Equal((Advertised, "unreachable"), (reading.Endpoint, reading.Failure?.Reason));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answers_of_another_member_are_never_used(bool isFirstPoll)
    {
        var reading = isFirstPoll ? null : await ExamineAsync(null);
        Fail(_local, "unreachable");
        BecomeAnother(_advertised);

        var now = await ExamineAsync(reading);

        Assert.Equal((Loopback, "unreachable"), (now.Endpoint, now.Failure?.Reason));
        Assert.Equal(isFirstPoll ? null : FakeMember.Id, now.Identity?.MemberId);
    }

    [Fact]
    public async Task An_address_in_use_that_leads_to_another_member_later_is_left()
    {
        Fail(_local, "unreachable");
        var reading = await ExamineAsync(null);
        BecomeAnother(_advertised);

        var now = await ExamineAsync(reading);

        Assert.Equal(("unreachable", FakeMember.Id), (now.Failure?.Reason, now.Identity?.MemberId));
    }

    [Fact]
    public async Task A_member_that_joined_anew_is_known_by_its_name()
    {
        Fail(_local, "name_mismatch");
        var reading = await ExamineAsync(null);
        _advertised.Status.Header.MemberId = 0xa2;
        _advertised.Members.Members[0].ID = 0xa2;

        Assert.Equal((true, 0xa2UL), (await ExamineAsync(reading)) is var now ? (now.IsUp, now.Identity!.MemberId) : default);
    }

    [Theory]
    [InlineData("a1", true)]
    [InlineData("b2", false)]
    public async Task Without_a_member_list_the_page_at_the_preferred_address_says_who_it_is(string id, bool isUp)
    {
        Fail(_local, "name_mismatch");
        _local.Page = $$"""
            etcd_server_id{server_id="{{id}}"} 1
            etcd_server_version{server_version="3.4.23"} 1

            """;
        _advertised.Fails["member_list"] = new(EtcdReason.Auth, "x");

        Assert.Equal(isUp, (await ExamineAsync(null)).IsUp);
    }

    [Theory]
    [InlineData("https://[::1]:2379", true)]
    [InlineData("https://10.0.0.1:2379", true)]
    [InlineData("https://10.0.0.2:2379", false)]
    public async Task An_address_that_the_member_listens_on_needs_no_proof(string endpoint, bool isUp)
    {
        Fail(_local, "unreachable");
        var other = new FakeMember(_clock) { Endpoint = endpoint };
        other.Fails["member_list"] = new(EtcdReason.Auth, "x");
        _installation = _installation with { ListenClientUrls = ["https://127.0.0.1:2379", "https://10.0.0.1:2379"] };

        Assert.Equal(isUp, (await Addresses(_local, other).ExamineAsync(null)).IsUp);
    }

    private static void Fail(FakeMember member, string reason) => member.Fails["status"] = new(reason, "x");

    private static void BecomeAnother(FakeMember member) => member.Status.Header.MemberId = FakeMember.Other;

    private Task<MemberReading> ExamineAsync(MemberReading? before) => Addresses(_local, _advertised).ExamineAsync(before);

    private MemberAddresses Addresses(params IMember[] members) => new(
        [.. members], _installation,
        (member, before) => new MemberExaminer(member, _installation, Every, _clock)
            .ExamineAsync(before, CancellationToken.None),
        _clock);
}
