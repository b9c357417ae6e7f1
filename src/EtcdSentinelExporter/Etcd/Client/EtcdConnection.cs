using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>The gate to an endpoint: at most one call under way, ever, also over different TLS identities.</summary>
/// <remarks>
/// A member that defragments goes on with every call it was given, also after its caller hung up: calls that are
/// cancelled and repeated pile up inside it. So a call past its deadline is left pending, and until it returns (or the
/// peer's silence kills the connection) no other is sent. An identity that was renewed meanwhile waits too: to close
/// the channel of the old one would cancel the call. Disposing cancels it.
/// </remarks>
internal sealed class EtcdConnection(EtcdEndpoint endpoint, EtcdTimeouts timeouts, TimeProvider clock) : IDisposable
{
    private readonly HttpConnectionCache _lines = new(timeouts, clock);
    private readonly CancellationTokenSource _lifetime = new();
    private EtcdChannel? _channel;
    private int _pending;
    private int _disposed;

    /// <param name="tls">Needed exactly for <c>https</c> endpoints.</param>
    /// <exception cref="EtcdException">No answer, or an error; the reason says which.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the connection disposed.</exception>
    public async Task<T> CallAsync<T>(EtcdCall<T> call, TlsIdentitySource? tls, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _disposed) == 1)
            throw new OperationCanceledException($"The connection to {endpoint} is closed.");
        if (Interlocked.Exchange(ref _pending, 1) == 1)
        {
            throw new EtcdException(
                EtcdReason.Busy, "An earlier call has still no answer; the member may be defragmenting, or hang.");
        }

        // Callers may give up; the call goes on.
        var answer = DedicatedThread.Observed(
            RunAsync(call, endpoint.IsSecure ? tls : null, _lifetime.Token));
        try
        {
            return await answer.WaitAsync(call.Deadline, clock, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new EtcdException(EtcdReason.Timeout, $"No answer within {call.Deadline.TotalSeconds:0.###} s.", e);
        }
    }

    /// <summary>True while no call is under way.</summary>
    public bool IsIdle => Volatile.Read(ref _pending) == 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _lifetime.Cancel();
        _channel?.Dispose();
        _lines.Dispose();
        _lifetime.Dispose();
    }

    private async Task<T> RunAsync<T>(EtcdCall<T> call, TlsIdentitySource? tls, CancellationToken lifetime)
    {
        try
        {
            return await _lines.UseAsync(tls, line => ExchangeAsync(line, call, lifetime), lifetime);
        }
        finally
        {
            Volatile.Write(ref _pending, 0);
        }
    }

    private async Task<T> ExchangeAsync<T>(HttpConnection line, EtcdCall<T> call, CancellationToken lifetime)
    {
        try
        {
            return await call.Send(ChannelOver(line).Etcd, call.Headers(), lifetime);
        }
        catch (RpcException e)
        {
            lifetime.ThrowIfCancellationRequested();
            throw GrpcErrors.Explain(e);
        }
    }

    // Runs behind the gate, so the channel that is replaced has no call under way.
    private EtcdChannel ChannelOver(HttpConnection line)
    {
        if (_channel is { } channel && channel.Line == line)
            return channel;
        _channel?.Dispose();
        _channel = new(endpoint, line);
        // Disposed meanwhile: nobody else would dispose this one.
        if (Volatile.Read(ref _disposed) == 1)
            _channel.Dispose();
        return _channel;
    }
}
