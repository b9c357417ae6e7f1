using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

/// <summary>A healthy etcd 3.4 voter and leader, until a test says otherwise. Every answer takes 3 ms of the
/// fake clock.</summary>
internal sealed class FakeMember(FakeClock clock) : IMember
{
    public const ulong Id = 0xa1, Other = 0xb2;

    public List<string> Asked { get; } = [];

    public string Endpoint { get; init; } = "https://127.0.0.1:2379";

    public bool HasClientPair { get; set; } = true;

    public bool UsesTls => true;

    public ImmutableArray<LoadProblem> CredentialProblems { get; set; } = [];

    public StatusResponse Status { get; set; } = new()
    {
        Header = new() { ClusterId = 0xc0ffee, MemberId = Id, Revision = 700, RaftTerm = 3 },
        Version = "3.4.23",
        DbSize = 1000,
        DbSizeInUse = 250,
        Leader = Id,
        RaftIndex = 900,
        RaftAppliedIndex = 899,
        RaftTerm = 3,
    };

    /// <summary>Failures by name of the probe.</summary>
    public Dictionary<string, EtcdException> Fails { get; } = new(StringComparer.Ordinal);

    public string Page { get; set; } =
        "etcd_server_quota_backend_bytes 4000\netcd_disk_defrag_inflight 0\netcd_debugging_mvcc_compact_revision 600\n";

    public RangeResponse Compactor { get; set; } = Key(revision: "650", modRevision: 690);

    public MemberListResponse Members { get; set; } = new()
    {
        Members = { new Member { ID = Id, Name = "cp-1" }, new Member { ID = Other, Name = "cp-2" } },
    };

    public static RangeResponse Key(string revision, long modRevision) => new()
    {
        Kvs = { new KeyValue { Key = ByteString.CopyFromUtf8("compact_rev_key"),
            Value = ByteString.CopyFromUtf8(revision), ModRevision = modRevision } },
        Count = 1,
    };

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) => Answer(ProbeRecord.Status, Status);

    public Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken) =>
        Answer(linearizable ? ProbeRecord.LinearizableRead : ProbeRecord.SerializableRead, Compactor);

    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) =>
        Answer(ProbeRecord.MemberList, Members);

    public async Task<MetricsPage> PageAsync(CancellationToken cancellationToken)
    {
        await Answer(ProbeRecord.MetricsPage, 0);
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(Page));
        return await MetricsPageReader.ReadAsync(text, EtcdPage.Families, CancellationToken.None);
    }

    /// <summary>Whether <c>/health</c> says so, and whether <c>?exclude=NOSPACE</c> does.</summary>
    public (bool Healthy, bool DespiteNoSpace) Health { get; set; } = (true, true);

    public Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken) =>
        Answer(ProbeRecord.Health, despiteNoSpace ? Health.DespiteNoSpace : Health.Healthy);

    public Task<bool> CheckAsync(string page, CancellationToken cancellationToken) => Answer(page, true);

    private Task<T> Answer<T>(string probe, T answer)
    {
        Asked.Add(probe);
        clock.Advance(TimeSpan.FromMilliseconds(3));
        return Fails.TryGetValue(probe, out var failure) ? Task.FromException<T>(failure) : Task.FromResult(answer);
    }
}
