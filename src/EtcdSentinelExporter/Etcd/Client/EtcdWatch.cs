using EtcdSentinelExporter.Certificates.Pem;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Watches keys of one member over a connection of its own. Values are dropped unparsed.</summary>
/// <param name="tls">Required for <c>https</c> endpoints.</param>
/// <param name="login">Only for a user with a password.</param>
internal sealed class EtcdWatch(
    EtcdEndpoint endpoint, TlsIdentitySource? tls, EtcdLogin? login, EtcdTimeouts timeouts, TimeProvider clock)
{
    // etcd splits a batch into messages of its --max-request-bytes and half a MiB: 2 MiB by default.
    private const int MaxMessage = 16 << 20;

    private static readonly TimeSpan LoginDeadline = TimeSpan.FromSeconds(5);

    private static readonly Method<WatchRequest, WatchBatch> Method = new(
        MethodType.DuplexStreaming, "etcdserverpb.Watch", "Watch",
        Marshallers.Create<WatchRequest>(
            (request, context) => context.Complete(request.ToByteArray()),
            context => WatchRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
        Marshallers.Create<WatchBatch>(
            (_, _) => throw new NotSupportedException("A batch is only read."),
            context => WatchBatch.Parse(context.PayloadAsReadOnlySequence())));

    /// <summary>Reads batches until the token is cancelled, or the watch ends.</summary>
    /// <param name="keys">First key, and the key behind the last one.</param>
    /// <param name="within">Time after which etcd ends the watch, also if this process hangs.</param>
    /// <param name="take">Gets each batch. It must not wait: etcd keeps what is not read.</param>
    /// <exception cref="EtcdException">The watch could not be made, or etcd ended it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(
        (ByteString Start, ByteString End) keys, TimeSpan within, Action<WatchBatch> take,
        CancellationToken cancellationToken)
    {
        var token = login is null ? null : await login.TokenAsync(tls, LoginDeadline, cancellationToken);
        var request = new WatchRequest
        {
            // No previous values, and no limit of a message exceeded by a large transaction.
            CreateRequest = new() { Key = keys.Start, RangeEnd = keys.End, Fragment = true, PrevKv = false },
        };
        using var connections = new HttpConnectionCache(timeouts, clock);
        await connections.UseAsync(
            endpoint.IsSecure ? tls : null,
            async connection =>
            {
                using var channel = new EtcdChannel(endpoint, connection, MaxMessage);
                await ReadAsync(channel, request, EtcdHeaders.Of(within, requireLeader: true, token), take,
                    cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private static async Task ReadAsync(
        EtcdChannel channel, WatchRequest request, Metadata headers, Action<WatchBatch> take,
        CancellationToken cancellationToken)
    {
        try
        {
            using var call = channel.Calls.AsyncDuplexStreamingCall(
                Method, host: null, new(headers, cancellationToken: cancellationToken));
            await call.RequestStream.WriteAsync(request, cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                var batch = call.ResponseStream.Current;
                if (batch.IsCanceled)
                    throw new EtcdException(EtcdReason.Unavailable, $"etcd ended the watch: {batch.CancelReason}");
                take(batch);
            }
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcErrors.Explain(e);
        }
        throw new EtcdException(EtcdReason.Unavailable, "etcd ended the watch.");
    }
}
