using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

/// <summary>A follower of three voters that answers ranges as etcd does, and notes how often it visits each
/// key.</summary>
internal sealed class FakeKeyspace(FakeClock clock) : IKeyspaceMember
{
    public const ulong Leader = 1, Id = 2, Other = 3;

    private readonly SortedSet<ByteString> _keys = new(Comparer<ByteString>.Create(KeyRange.Compare));

    public string Endpoint => "https://127.0.0.1:2379";

    public List<(KeyRange Range, int Names)> Asked { get; } = [];

    public Dictionary<ByteString, int> Visits { get; } = [];

    public StatusResponse Status { get; } = new()
    {
        Header = new() { MemberId = Id, ClusterId = 7 },
        Version = "3.5.21",
        Leader = Leader,
    };

    public MemberListResponse Members { get; } = new()
    {
        Members =
        {
            new Member { ID = Other, Name = "cp-3" }, new Member { ID = Id, Name = "cp-2" },
            new Member { ID = Leader, Name = "cp-1" },
        },
    };

    /// <summary>Pages in the order in which they are read; the last one stays.</summary>
    public Queue<EtcdPage?> Pages { get; } = new([PageWith(commits: 100, slow: 0)]);

    /// <summary>Time that each range takes.</summary>
    public TimeSpan Takes { get; set; }

    public Func<KeyRange, EtcdException?> Fails { get; set; } = _ => null;

    public EtcdException? StatusFails { get; set; }

    /// <summary>Counters of a page: commits of up to a millisecond, and others of up to 128 ms.</summary>
    public static EtcdPage PageWith(double commits, double slow, double started = 1) => new()
    {
        IsDefragmenting = false,
        Counters = new(
            default, started, Fsyncs: null,
            new([
                (0.001, commits), (0.064, commits), (0.128, commits + slow),
                (double.PositiveInfinity, commits + slow),
            ]),
            LateHeartbeats: null, LeaderChanges: null, DbBytes: null),
    };

    /// <summary>Sizes of values; 10 bytes for others.</summary>
    public Dictionary<ByteString, int> Sizes { get; } = [];

    public FakeKeyspace With(params IEnumerable<string> keys)
    {
        foreach (var key in keys)
            _keys.Add(ByteString.CopyFromUtf8(key));
        return this;
    }

    public FakeKeyspace WithBytes(params byte[] key)
    {
        _keys.Add(ByteString.CopyFrom(key));
        return this;
    }

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) =>
        StatusFails is { } failure ? Task.FromException<StatusResponse>(failure) : Task.FromResult(Status);

    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) => Task.FromResult(Members);

    public Task<EtcdPage?> PageAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Pages.Count > 1 ? Pages.Dequeue() : Pages.Peek());

    public Task<RangeResponse> RangeAsync(KeyRange range, int names, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add((range, names));
        clock.Advance(Takes);
        if (Fails(range) is { } failure)
            return Task.FromException<RangeResponse>(failure);
        var found = _keys.Where(range.Contains).ToImmutableArray();
        foreach (var key in found)
            Visits[key] = Visits.GetValueOrDefault(key) + 1;
        return Task.FromResult(new RangeResponse
        {
            Header = new() { Revision = 77 },
            Count = found.Length,
            Kvs = { found.Take(names).Select(key => new KeyValue { Key = key }) },
        });
    }

    public Task<RangeResponse> ReadAsync(
        KeyRange range, bool hasValues, long revision, CancellationToken cancellationToken)
    {
        if (Fails(range) is { } failure)
            return Task.FromException<RangeResponse>(failure);
        var found = _keys.Where(range.Contains).Select(key => new KeyValue
        {
            Key = key,
            Value = hasValues ? ByteString.CopyFrom(new byte[Sizes.GetValueOrDefault(key, 10)]) : ByteString.Empty,
        }).ToArray();
        Read.Add((found.Length, hasValues, revision));
        return Task.FromResult(new RangeResponse { Count = found.Length, Kvs = { found } });
    }

    /// <summary>Sizes of the answers to <see cref="ReadAsync"/>.</summary>
    public List<(int Keys, bool HasValues, long Revision)> Read { get; } = [];
}
