using System.Collections.Immutable;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class CheckMemoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = SomeReports.Noon;
    private static readonly MemberFailure Timeout = new(EtcdReason.Timeout, "No response within 1.5 s.");

    private static readonly MemberReading Local = SomeMembers.Member with
    {
        Peers = SomeMembers.Member.Peers! with
        {
            EndpointsById = ImmutableSortedDictionary<ulong, EtcdEndpoint>.Empty
                .Add(0xa1, EtcdEndpoint.Parse("https://10.0.0.11:2379"))
                .Add(0xa2, EtcdEndpoint.Parse("https://10.0.0.12:2379")),
        },
    };

    // As a run sees it that never reached it.
    private static readonly MemberReading Down = new() { Endpoint = Local.Endpoint, Failure = Timeout };

    private static readonly MemberReading Peer = Local with
    {
        Endpoint = "https://10.0.0.12:2379",
        Identity = Local.Identity! with { MemberId = 0xa2 },
    };

    private readonly TempNode _node = new();

    private string State => _node.Real("/state");

    [Fact]
    public void A_local_member_that_is_down_is_not_taken_for_a_peer()
    {
        Save(Noon, Local);
        Save(Noon.AddMinutes(10), Down, Peer);

        using var memory = Open();

        Assert.Equal(["https://10.0.0.12:2379"], memory.Peers(SomeMembers.Reading(Down)).Select(peer => peer.Text));
    }

    // etcd may listen on the node's address alone, and advertise a name.
    [Fact]
    public void A_local_member_at_another_address_is_not_taken_for_a_peer()
    {
        var local = Local with { Endpoint = "https://192.168.1.11:2379" };
        Save(Noon, local);
        Save(Noon.AddMinutes(10), Down with { Endpoint = local.Endpoint }, Peer);

        using var memory = Open();

        Assert.Equal(["https://10.0.0.12:2379"],
            memory.Peers(SomeMembers.Reading(Down with { Endpoint = local.Endpoint })).Select(peer => peer.Text));
    }

    [Fact]
    public void A_member_that_hangs_is_not_called_while_the_local_one_is_down_too()
    {
        Save(Noon, Local, Peer with { Status = null, Failure = Timeout });

        using var memory = Open();
        var known = memory.Known(SomeMembers.Reading(Down), Noon.AddMinutes(1));

        var hanging = Assert.Single(known);
        Assert.Equal((Peer.Endpoint, Noon.AddMinutes(5)), (hanging.Endpoint, hanging.StatusNotBefore));
    }

    [Fact]
    public void A_member_is_known_once()
    {
        Save(Noon, Local, Peer with { Status = null, Failure = Timeout });

        using var memory = Open();

        Assert.Equal("https://10.0.0.12:2379",
            Assert.Single(memory.Known(SomeMembers.Reading(Local), Noon.AddMinutes(1))).Endpoint);
    }

    [Fact]
    public void What_a_run_did_not_poll_stays_as_noted()
    {
        Save(Noon, Local, Peer with { Status = null, Failure = Timeout });
        using (var interrupted = Open())
            interrupted.Save([], Noon.AddMinutes(1));
        Save(Noon.AddMinutes(2), Local);

        using var memory = Open();

        Assert.Equal(Noon.AddMinutes(5), Assert.Single(memory.Members(Noon.AddMinutes(3))!.Members).StatusNotBefore);
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_no_pause_longer()
    {
        Save(Noon, Down);

        using var memory = Open();

        Assert.NotNull(memory.Members(Noon));
        Assert.Null(memory.Members(Noon.AddHours(-1)));
    }

    [Fact]
    public void A_drive_that_was_not_read_does_not_hang()
    {
        using (var memory = Open())
        {
            memory.Save(
                [SomeReports.Poll("drives", SomeDrives.Reading(new DriveReading(SomeDrives.Drive("sda"))),
                    DrivesFindings.Judge)], Noon);
        }

        using var next = Open();
        Assert.Null(next.Drives(Noon));
    }

    [Fact]
    public void Where_no_file_is_possible_no_other_check_is_running()
    {
        Directory.CreateDirectory(Path.Combine(State, "check.json"));
        using (var memory = Open())
            Assert.Null(memory.Members(Noon));

        Directory.Delete(State, recursive: true);
        File.CreateSymbolicLink(State, State);
        using var loop = Open();
        Assert.Null(loop.Members(Noon));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_not_locked()
    {
        Directory.CreateDirectory(State);
        File.CreateSymbolicLink(Path.Combine(State, "check.json"), Path.Combine(State, "check.json"));

        using var memory = Open();

        Assert.Null(memory.Members(Noon));
    }

    public void Dispose() => _node.Dispose();

    private CheckMemory Open() => Assert.IsType<CheckMemory>(CheckMemory.Open(new(
        TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
        TimeProvider.System)
    {
        StateFolder = State,
    }));

    private void Save(DateTimeOffset now, params ReadOnlySpan<MemberReading> members)
    {
        using var memory = Open();
        memory.Local = [members[0].Endpoint];
        memory.Save([SomeReports.Poll("members", SomeMembers.Reading(members), MembersFindings.Judge)], now);
    }
}
