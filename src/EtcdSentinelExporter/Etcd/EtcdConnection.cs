using EtcdSentinelExporter.Pki;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd;

/// <summary>The one connection to an endpoint, with at most one call under way, ever.</summary>
/// <remarks>
/// A member that defragments goes on with every call it was given, also after its caller hung up: calls that are
/// cancelled and repeated pile up inside it. So a call past its deadline is left pending, and until it returns (or the
/// peer's silence kills the connection) no other is sent. Disposing cancels it.
/// </remarks>
/// <param name="tls">Needed exactly for <c>https</c> endpoints.</param>
internal sealed class EtcdConnection(
    EtcdEndpoint endpoint, TlsIdentitySource? tls, EtcdTimeouts timeouts, TimeProvider clock) : IDisposable
{
    private readonly HttpLines _lines = new(endpoint.IsSecure ? tls : null, timeouts, clock);
    private readonly CancellationTokenSource _lifetime = new();
    private int _pending;
    private int _disposed;

    /// <exception cref="EtcdException">No answer, or an error; the reason says which.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the connection disposed.</exception>
    public async Task<T> CallAsync<T>(GrpcCall call, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _pending, 1) == 1)
        {
            throw new EtcdException(
                EtcdReason.Busy, "An earlier call has still no answer; the member may be defragmenting, or hang.");
        }

        var answer = RunAsync(call, parser, _lifetime.Token);
        try
        {
            return await answer.WaitAsync(call.Deadline, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Observe(answer);
            throw;
        }
        catch (TimeoutException e)
        {
            Observe(answer);
            throw new EtcdException(EtcdReason.Timeout, $"No answer within {call.Deadline.TotalSeconds:0.###} s.", e);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _lifetime.Cancel();
        _lines.Dispose();
        _lifetime.Dispose();
    }

    private async Task<T> RunAsync<T>(GrpcCall call, MessageParser<T> parser, CancellationToken lifetime)
        where T : IMessage<T>
    {
        try
        {
            return await _lines.UseAsync(line => ExchangeAsync(line, call, parser, lifetime), lifetime);
        }
        finally
        {
            Volatile.Write(ref _pending, 0);
        }
    }

    private async Task<T> ExchangeAsync<T>(
        HttpLine line, GrpcCall call, MessageParser<T> parser, CancellationToken lifetime)
        where T : IMessage<T>
    {
        using var request = call.Request(endpoint.Address);
        using var response = await line.SendAsync(request, lifetime);
        return await GrpcAnswer.ReadAsync(response, parser, lifetime);
    }

    // Nobody waits any more; a failure that nobody looks at would be raised again by the finaliser.
    private static void Observe(Task answer) =>
        _ = answer.ContinueWith(
            static t =>
                t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
