using System.IO.Pipelines;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

/// <summary>Connections that are closed while the server still waits for something, which may be for ever.</summary>
public sealed class ClosedConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Pipe _input = new();
    private readonly DefaultConnectionContext _connection = new();

    public ClosedConnectionTests()
    {
        _connection.ConnectionClosed = _closed.Token;
        _connection.Transport = new Duplex(_input.Reader, new Pipe().Writer);
    }

    public async ValueTask DisposeAsync()
    {
        _closed.Dispose();
        await _connection.DisposeAsync();
    }

    [Fact]
    public async Task A_closed_connection_leaves_the_gate_whatever_the_server_waits_for()
    {
        var gate = new ConnectionGate(1, 1, TimeSpan.FromSeconds(5), LeaveWithin, _clock);
        await _input.Writer.WriteAsync("G"u8.ToArray());
        var serving = new TaskCompletionSource();
        var guarded = gate.Guard(_ => serving.Task)(_connection);
        Assert.Equal(1, gate.Idle);

        await _closed.CancelAsync();
        await _clock.TimerAsync(_clock.GetUtcNow() + LeaveWithin);
        Assert.False(guarded.IsCompleted);
        _clock.Advance(LeaveWithin);

        await guarded;
        Assert.Equal(0, gate.Idle);
    }

    [Fact]
    public async Task A_request_is_aborted_with_its_connection()
    {
        var open = new OpenConnection(_connection, _clock);
        var http = new DefaultHttpContext();
        var serving = open.ServeAsync(http, one => Task.Delay(Timeout.Infinite, one.RequestAborted));

        await _closed.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
