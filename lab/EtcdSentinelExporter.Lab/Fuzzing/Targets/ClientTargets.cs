using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>Responses of etcd, and of servers that are not etcd.</summary>
internal static class ClientTargets
{
    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Total("grpc-error", () => SeedFiles.Texts(
            "etcdserver: no leader", "etcdserver: request timed out",
                "grpc: received message larger than max (1 vs. 2)",
            "etcdserver: mvcc: database space exceeded", "No grpc-status found on response."), Explain),
        FuzzTarget.Total("status-errors", () => SeedFiles.Texts(
            "memberID:10501334649042878790 alarm:NOSPACE \nmemberID: 1  alarm: CORRUPT\netcdserver: no leader"),
                Errors),
        new("status-response", () => [Status().ToByteArray()], Decoded(StatusResponse.Parser, answer =>
        {
            var status = MemberStatus.From(answer);
            Property.IsNatural(status.DbBytes < 0 ? null : status.FragmentationRatio, "fragmentation");
            Property.Holds(status.DbReclaimableBytes is null or >= 0, "negative reclaimable bytes");
        })),
        new("member-list", () => [Members().ToByteArray()], Decoded(MemberListResponse.Parser, answer =>
        {
            var peers = MemberPeers.From(answer);
            Property.Holds(peers is { Voters: >= 0, Learners: >= 0, Unstarted: >= 0 }, "a negative number of members");
            foreach (var name in peers.NamesById.Values)
                Property.IsSafe(name, "a name");
        })),
        new("watch-batch", () => [Watched().ToByteArray()], input =>
        {
            var batch = WatchBatch.Parse(new(input));
            Property.Holds(batch.KeptBytes <= input.Length, "keys of more bytes than the message");
            Property.IsSafe(batch.CancelReason, "the reason");
            return true;
        }),
    ];

    private static WatchResponse Watched() => new()
    {
        CancelReason = "compacted",
        Events =
        {
            new Mvccpb.Event
            {
                Kv = new() { Key = ByteString.CopyFromUtf8("/a/b"), Value = ByteString.CopyFromUtf8("value") },
            },
        },
    };

    private static StatusResponse Status() => new()
    {
        Header = new() { ClusterId = 1, MemberId = 2, Revision = 3, RaftTerm = 4 },
        Version = "3.6.1",
        DbSize = 20480,
        DbSizeInUse = 16384,
        Leader = 2,
        Errors = { "memberID:2 alarm:NOSPACE " },
    };

    private static MemberListResponse Members() => new()
    {
        Members = { new Member { ID = 1, Name = "a", ClientURLs = { "https://a:1" } },
            new Member { ID = 2, IsLearner = true } },
    };

    private static Func<byte[], bool> Decoded<T>(MessageParser<T> parser, Action<T> check)
        where T : IMessage<T> => input =>
        {
            try
            {
                check(parser.ParseFrom(input));
                return true;
            }
            catch (InvalidProtocolBufferException)
            {
                return false; // the channel reports it as an invalid response
            }
        };

    private static void Explain(string text)
    {
        for (var code = StatusCode.OK; code <= StatusCode.Unauthenticated; code++)
        {
            var explained = (EtcdException)GrpcErrors.Explain(new RpcException(new Status(code, text)));
            Property.Holds(EtcdReason.All.Contains(explained.Reason, StringComparer.Ordinal), explained.Reason);
            Property.IsSafe(explained.Message, "the message");
            Property.Holds(explained.Message.Length <= (2 * AnswerLimits.MaxErrorLength) + 40,
                "a message that is too long");
        }
    }

    private static void Errors(string text)
    {
        var errors = StatusErrors.Parse(text.Split('\n'));
        Property.Holds(errors.Alarms.Length <= AnswerLimits.MaxAlarms, "too many alarms");
        foreach (var unknown in errors.Unknown)
            Property.IsSafe(unknown, "an unknown error");
        foreach (var alarm in errors.Alarms)
            Property.IsSafe(alarm.Alarm, "an alarm");
    }
}
