using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Limits an endpoint to one running call, also over different TLS identities.</summary>
/// <remarks>
/// A member that defragments keeps every call it has received, also after the client hung up: cancelled and retried
/// calls pile up inside it. So a call past its deadline is left pending. No other call is sent until it returns, or
/// until unanswered pings close the connection. A renewed TLS identity waits too, because closing the channel of
/// the old one would cancel the call. Disposing cancels the call.
/// </remarks>
/// <param name="maxMessage">Bytes of the largest response that is read.</param>
internal sealed class EtcdConnection(
    EtcdEndpoint endpoint, EtcdTimeouts timeouts, TimeProvider clock, int maxMessage = EtcdChannel.MaxMessage)
    : IDisposable
{
    private readonly HttpConnectionCache _connections = new(timeouts, clock);
    private readonly CancellationTokenSource _lifetime = new();
    private EtcdChannel? _channel;
    private int _pending;
    private int _disposed;

    /// <param name="tls">Required for <c>https</c> endpoints; ignored for others.</param>
    /// <exception cref="EtcdException">No response, or an error; see <see cref="EtcdException.Reason"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the connection disposed.</exception>
    public async Task<T> CallAsync<T>(EtcdCall<T> call, TlsIdentitySource? tls, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _disposed) == 1)
            throw new OperationCanceledException($"The connection to {endpoint} is closed.");
        if (Interlocked.Exchange(ref _pending, 1) == 1)
        {
            throw new EtcdException(
                EtcdReason.Busy, "An earlier call is still pending; the member may be defragmenting or hanging.");
        }

        // The call continues after its caller gives up.
        var answer = DedicatedThread.Observed(
            RunAsync(call, endpoint.IsSecure ? tls : null, _lifetime.Token));
        try
        {
            return await answer.WaitAsync(call.Deadline, clock, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new EtcdException(
                EtcdReason.Timeout, $"No response within {call.Deadline.TotalSeconds:0.###} s.", e);
        }
    }

    /// <summary>True while no call is running.</summary>
    public bool IsIdle => Volatile.Read(ref _pending) == 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _lifetime.Cancel();
        _channel?.Dispose();
        _connections.Dispose();
        _lifetime.Dispose();
    }

    private async Task<T> RunAsync<T>(EtcdCall<T> call, TlsIdentitySource? tls, CancellationToken lifetime)
    {
        try
        {
            return await _connections.UseAsync(tls, connection => ExchangeAsync(connection, call, lifetime), lifetime);
        }
        finally
        {
            Volatile.Write(ref _pending, 0);
        }
    }

    private async Task<T> ExchangeAsync<T>(HttpConnection connection, EtcdCall<T> call, CancellationToken lifetime)
    {
        try
        {
            return await call.Send(ChannelOver(connection).Etcd, call.Headers(), lifetime);
        }
        catch (RpcException e)
        {
            lifetime.ThrowIfCancellationRequested();
            throw GrpcErrors.Explain(e);
        }
    }

    // Only one call runs at a time, so the replaced channel has no running call.
    private EtcdChannel ChannelOver(HttpConnection connection)
    {
        if (_channel is { } channel && channel.Connection == connection)
            return channel;
        _channel?.Dispose();
        _channel = new(endpoint, connection, maxMessage);
        // If the connection was disposed meanwhile, nothing else would dispose this channel.
        if (Volatile.Read(ref _disposed) == 1)
            _channel.Dispose();
        return _channel;
    }
}
