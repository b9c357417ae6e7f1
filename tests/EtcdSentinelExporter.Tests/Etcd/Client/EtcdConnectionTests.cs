using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Text;
using Etcdserverpb;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public class EtcdConnectionTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private static readonly EtcdTimeouts s_generous =
        new(Connect: Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit);
    private static readonly StatusResponse s_status = new() { Version = "3.4.23", DbSize = 42 };

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task A_message_and_status_0_are_an_answer()
    {
        await using var server = await FakeEtcd.StartAsync(context => FakeEtcd.AnswerAsync(context, s_status));
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        Assert.Equal(s_status, await client.StatusAsync(s_deadline, default));
        Assert.Equal(s_status, await client.StatusAsync(s_deadline, default));
    }

    [Fact]
    public async Task Headers_say_what_gRPC_and_etcd_want_to_know()
    {
        var path = "";
        Dictionary<string, string> seen = [];
        await using var server = await FakeEtcd.StartAsync(context =>
        {
            path = context.Request.Path;
            seen = context.Request.Headers.ToDictionary(h =>
                h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            return FakeEtcd.AnswerAsync(context, new RangeResponse { Count = 3 });
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var answer = await client.RangeAsync(
            new() { Key = ByteString.CopyFromUtf8("a") }, requireLeader: true, TimeSpan.FromSeconds(2), default);

        Assert.Equal(3, answer.Count);
        Assert.Equal("/etcdserverpb.KV/Range", path);
        Assert.Equal("application/grpc", seen["content-type"]);
        Assert.Equal("trailers", seen["te"]);
        Assert.Equal("1800m", seen["grpc-timeout"]);
        Assert.Equal("true", seen["hasleader"]);
        Assert.StartsWith("sentinel-", seen["client-api-version"], StringComparison.Ordinal);
        Assert.False(seen.ContainsKey("grpc-accept-encoding"));
        Assert.False(seen.ContainsKey("traceparent"));
        Assert.False(seen.ContainsKey("sentinel-timeout"));
    }

    public static TheoryData<string, RequestDelegate> Misbehaviour => new()
    {
        { EtcdReason.Protocol,
            context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame(s_status.ToByteArray(), compressed: 1), "0") },
        { EtcdReason.Protocol, context => CompressedAsync(context, "gzip") },
        { EtcdReason.Protocol, context => CompressedAsync(context, "zstd") },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame([0x12, 0xFF]), "0") },
        { EtcdReason.Protocol,
            context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame(s_status.ToByteArray()), status: null) },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, [], "0") },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, [0, 0], "0") },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame([1, 2, 3], length: 4), "0") },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame([8, 1, 8], length: 2), "0") },
        { EtcdReason.TooLarge, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame([], length: 100_000_000), "0") },
        { EtcdReason.TooLarge, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame([], length: -1), "0") },
        { EtcdReason.TooLarge, context => FakeEtcd.AnswerAsync(context, FakeEtcd.Frame(new byte[20_000_000]), "0") },
        { EtcdReason.NoLeader, context => FakeEtcd.AnswerAsync(context, [], "14", "etcdserver:%20no leader") },
        { EtcdReason.Learner, context => StatusInHeaders(context, "14", "etcdserver: rpc not supported for learner") },
        { EtcdReason.Error, context => FakeEtcd.AnswerAsync(context, [], "99") },
        { EtcdReason.Protocol, context => FakeEtcd.AnswerAsync(context, [], "OK") },
        { EtcdReason.Error, context => FakeEtcd.AnswerAsync(context, [], "13", "a%0Ab") },
        { EtcdReason.Error, UnreadableTrailerAsync },
        { EtcdReason.NotGrpc, context => Http(context, 200, "text/html") },
        { EtcdReason.NotGrpc, context => Http(context, 503, "text/plain") },
        { EtcdReason.NotGrpc, context => Http(context, 200, "application/grpcx") },
        { EtcdReason.NotGrpc, context => Http(context, 301, "application/grpc") },
        { EtcdReason.NotGrpc, context => Http(context, 200, type: null) },
    };

    [Theory]
    [MemberData(nameof(Misbehaviour))]
    public async Task An_answer_that_is_none_has_a_reason_and_the_next_one_is_heard(
        string reason, RequestDelegate answer)
    {
        var calls = 0;
        await using var server = await FakeEtcd.StartAsync(
            context =>
                Interlocked.Increment(ref calls) == 1 ? answer(context) : FakeEtcd.AnswerAsync(context, s_status));
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(reason, error.Reason);
        Assert.Equal(DisplayText.Of(error.Message, 500), error.Message);
        Assert.Equal(s_status, await client.StatusAsync(s_deadline, default));
    }

    [Fact]
    public async Task Past_its_deadline_a_call_stays_pending_and_no_other_is_sent()
    {
        using var arrived = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartAsync(async context =>
        {
            arrived.Release();
            await release.Task;
            await FakeEtcd.AnswerAsync(context, s_status);
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var late = client.StatusAsync(s_deadline, default);
        await arrived.WaitAsync();
        _clock.Advance(s_deadline);
        var timeout = await Assert.ThrowsAsync<EtcdException>(() => late);
        var busy = await Assert.ThrowsAsync<EtcdException>(() => client.MemberListAsync(s_deadline, default));

        Assert.Equal(EtcdReason.Timeout, timeout.Reason);
        Assert.Equal(EtcdReason.Busy, busy.Reason);
        Assert.Equal(1, server.Requests);
        release.SetResult();
        Assert.Equal(s_status, await OnceFreeAsync(client));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_cancel_the_call_and_disposal_does()
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            await aborted.Task;
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);
        using var caller = new CancellationTokenSource();

        var call = client.StatusAsync(s_deadline, caller.Token);
        await arrived.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        var busy = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));
        Assert.Equal(EtcdReason.Busy, busy.Reason);
        Assert.False(aborted.Task.IsCompleted);
        etcd.Dispose();
        await Eventually.EndsAsync(aborted.Task);
    }

    [Fact]
    public async Task Disposal_ends_a_call_under_way_as_cancelled()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var call = client.StatusAsync(s_deadline, default);
        await arrived.Task;
        etcd.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_connection_that_died_is_replaced_at_the_next_call()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
        {
            if (context.Request.Path.Value!.EndsWith("MemberList", StringComparison.Ordinal))
                context.Abort();
            return FakeEtcd.AnswerAsync(context, s_status);
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        await client.StatusAsync(s_deadline, default);
        var broken = await Assert.ThrowsAsync<EtcdException>(() => client.MemberListAsync(s_deadline, default));

        Assert.Equal(EtcdReason.Unreachable, broken.Reason);
        Assert.Equal(s_status, await client.StatusAsync(s_deadline, default));
    }

    [Fact]
    public async Task A_server_of_HTTP_1_alone_is_not_etcd()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
            Http(context, 200, "text/html"), HttpProtocols.Http1);
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        // The server hangs up while the client still speaks: the reset may overtake the answer.
        Assert.True(error.Reason is EtcdReason.NotGrpc or EtcdReason.Unreachable, error.Reason);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        using var server = RawServer.Start(_ => Task.CompletedTask);
        var endpoint = server.Endpoint;
        server.Dispose();
        using var etcd = Connection(endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(EtcdReason.Unreachable, error.Reason);
    }

    [Fact]
    public async Task A_closed_port_is_dialled_by_each_call_and_not_in_between()
    {
        using var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var etcd = Connection(EtcdEndpoint.Parse($"http://{port.LocalEndPoint}"));
        var client = new EtcdClient(etcd, tls: null);

        for (var call = 0; call < 5; call++)
            await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));
        port.Listen();
        var answer = client.StatusAsync(s_deadline, default);
        (await Eventually.EndsAsync(port.AcceptAsync())).Dispose();
        await Assert.ThrowsAsync<EtcdException>(() => answer);

        Assert.False(port.Poll(TimeSpan.Zero, SelectMode.SelectRead));
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_unreachable()
    {
        using var server = RawServer.Start(connection =>
        {
            connection.LingerState = new(true, 0);
            connection.Dispose();
            return Task.CompletedTask;
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(EtcdReason.Unreachable, error.Reason);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>no</html>", EtcdReason.NotGrpc)]
    [InlineData("", EtcdReason.Unreachable)]
    public async Task A_server_that_answers_the_preface_with_something_else_has_a_reason(string text, string reason)
    {
        using var server = RawServer.Start(async connection =>
        {
            await connection.ReceiveAsync(new byte[16]);
            await connection.SendAsync(Encoding.ASCII.GetBytes(text));
            connection.Shutdown(SocketShutdown.Send);
        });
        using var etcd = Connection(server.Endpoint);
        var client = new EtcdClient(etcd, tls: null);

        var error = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(reason, error.Reason);
    }

    [Fact]
    public void After_10_s_of_silence_the_peer_is_pinged_and_5_s_later_given_up() => Assert.Equal(
        (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)),
        (EtcdTimeouts.Default.PingDelay, EtcdTimeouts.Default.PingTimeout));

    [Fact]
    public async Task A_peer_that_is_silent_is_given_up_by_the_ping_and_then_dialled_again()
    {
        var dialled = 0;
        using var server = RawServer.Start(async connection =>
        {
            var heard = Interlocked.Increment(ref dialled) == 1 ? 1 : 0;
            while (heard > 0)
                heard = await connection.ReceiveAsync(new byte[4096]);
            connection.Dispose();
        });
        var soon = TimeSpan.FromSeconds(1);
        using var etcd = Connection(server.Endpoint, s_generous with { PingDelay = soon, PingTimeout = soon });
        var client = new EtcdClient(etcd, tls: null);

        var first = await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));
        await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(s_deadline, default));

        Assert.Equal(EtcdReason.Timeout, first.Reason);
        Assert.InRange(server.Connections, 2, 20);
    }

    private static async Task<StatusResponse?> OnceFreeAsync(EtcdClient client)
    {
        StatusResponse? answer = null;
        await Eventually.IsAsync(
            async () =>
            {
                try
                {
                    answer = await client.StatusAsync(s_deadline, default);
                    return true;
                }
                catch (EtcdException e) when (e.Reason == EtcdReason.Busy)
                {
                    return false;
                }
            },
            "the call before has come back");
        return answer;
    }

    // What claims to be compressed is not unpacked: 4 MiB of it could be gigabytes.
    private static Task CompressedAsync(HttpContext context, string encoding)
    {
        context.Response.Headers["grpc-encoding"] = encoding;
        return FakeEtcd.AnswerAsync(context, FakeEtcd.Frame(Packed(s_status.ToByteArray()), compressed: 1), "0");
    }

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message);
        return packed.ToArray();
    }

    private static Task UnreadableTrailerAsync(HttpContext context)
    {
        context.Response.AppendTrailer("note-bin", "no base64");
        return FakeEtcd.AnswerAsync(context, [], "13");
    }

    private static Task StatusInHeaders(HttpContext context, string status, string message)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = status;
        context.Response.Headers["grpc-message"] = message;
        return Task.CompletedTask;
    }

    private static Task Http(HttpContext context, int status, string? type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync("<html>no</html>");
    }

    private EtcdConnection Connection(EtcdEndpoint endpoint, EtcdTimeouts? timeouts = null) =>
        new(endpoint, timeouts ?? s_generous, _clock);
}
