using System.Collections.Concurrent;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

/// <summary>The lock against a server that answers as the test says.</summary>
public sealed class ClusterLockTests
{
    private static readonly MaintenanceTimeouts Timeouts = new() { Call = Patience.Limit };

    private readonly ConcurrentQueue<string> _calls = new();

    [Fact]
    public async Task A_lock_that_cannot_be_written_leaves_no_lease()
    {
        await using var server = await FakeEtcd.StartAsync(context => AnswerAsync(context, _ => null));
        using var etcd = Connection(server);

        Assert.Contains("cannot be taken", await Lock(etcd).TakeAsync("one", default), StringComparison.Ordinal);
        Assert.Equal(["LeaseGrant", "Txn", "LeaseRevoke"], _calls);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_takes_the_lock_gives_it_back()
    {
        using var ending = new CancellationTokenSource();
        await using var server = await FakeEtcd.StartAsync(context => AnswerAsync(context, _ =>
        {
            ending.Cancel();
            return new TxnResponse { Succeeded = true };
        }));
        using var etcd = Connection(server);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Lock(etcd).TakeAsync("one", ending.Token));

        Assert.Equal(["LeaseGrant", "Txn", "LeaseRevoke"], _calls);
    }

    [Theory]
    [InlineData(true, "another", "another run has etcd-sentinel/maintenance: another", "LeaseGrant Txn LeaseRevoke")]
    // Two runs may have the same text, as in two containers.
    [InlineData(false, "one", "another run has etcd-sentinel/maintenance: one", "LeaseGrant Txn LeaseRevoke")]
    // That of a run that died, which this one goes on from.
    [InlineData(true, "one", null, "LeaseGrant Txn Txn")]
    public async Task A_lock_of_another_holder_is_kept_and_one_of_the_same_run_is_taken_over(
        bool takesOver, string holder, string? reason, string calls)
    {
        await using var server = await FakeEtcd.StartAsync(context => AnswerAsync(context, number => number == 0
            ? new TxnResponse { Responses = { new ResponseOp { ResponseRange = Held(holder) } } }
            : new TxnResponse { Succeeded = true }));
        using var etcd = Connection(server);

        Assert.Equal(reason, await Lock(etcd, takesOver).TakeAsync("one", default));
        Assert.Equal(calls, string.Join(' ', _calls));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("one", null)]
    [InlineData("another", "another run has etcd-sentinel/maintenance: another")]
    public async Task Under_NOSPACE_the_lock_is_read_and_not_taken(string? holder, string? reason)
    {
        await using var server = await FakeEtcd.StartAsync(context => AnswerAsync(context, holder: holder));
        using var etcd = Connection(server);

        Assert.Equal(reason, await Lock(etcd).WhyHeldAsync("one", default));
        Assert.Equal(["Range"], _calls);
    }

    [Fact]
    public async Task Each_call_goes_to_the_connection_of_now()
    {
        await using var server = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, _ => new TxnResponse { Succeeded = true }));
        var first = Connection(server);
        using var second = Connection(server);
        var current = first;
        var mutex = new RunLock(() => new(current, tls: null), Timeouts);
        Assert.Null(await mutex.TakeAsync("one", default));

        first.Dispose();
        Assert.NotNull(await mutex.EndAsync(isKept: false));
        current = second;

        Assert.Null(await mutex.EndAsync(isKept: false));
    }

    [Fact]
    public void It_outlasts_several_deadlines_because_etcd_goes_on_after_one() =>
        Assert.True(Lock(null!).Life >= 3 * new MaintenanceTimeouts().Defragment);

    private Task AnswerAsync(HttpContext context, Func<int, IMessage?>? txn = null, string? holder = null)
    {
        var call = context.Request.Path.Value!.Split('/')[^1];
        var number = _calls.Count(name => name == call);
        _calls.Enqueue(call);
        var answer = call switch
        {
            "LeaseGrant" => new LeaseGrantResponse { ID = 7, TTL = 60 },
            "LeaseRevoke" => new LeaseRevokeResponse(),
            "Range" => holder is null ? new RangeResponse() : Held(holder),
            _ => txn!(number),
        };
        return answer is null
            ? FakeEtcd.AnswerAsync(context, [], "8", "etcdserver: mvcc: database space exceeded")
            : FakeEtcd.AnswerAsync(context, answer);
    }

    private static RangeResponse Held(string holder) => new()
    {
        Count = 1,
        Kvs = { new Mvccpb.KeyValue { Value = ByteString.CopyFromUtf8(holder) } },
    };

    private static RunLock Lock(EtcdConnection etcd, bool takesOver = false) =>
        new(() => new(etcd, tls: null), Timeouts, takesOver);

    private static EtcdConnection Connection(FakeEtcd server) => new(
        server.Endpoint, new(Connect: Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit),
        TimeProvider.System);
}
