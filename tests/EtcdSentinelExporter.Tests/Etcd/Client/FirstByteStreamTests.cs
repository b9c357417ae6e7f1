using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class FirstByteStreamTests : IDisposable
{
    private static readonly IOException s_alert = new("alert bad certificate");
    private static readonly IOException s_reset = new("reset");

    private readonly FakeClock _clock = new();
    private readonly ConnectionHistory _history = new();
    private readonly BrokenStream _inner = new(s_reset);
    private readonly FirstByteStream _stream;

    public FirstByteStreamTests()
    {
        _stream = new(_inner, _history, _clock);
        _history.Begin();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _inner.Dispose();
    }

    [Fact]
    public async Task An_alert_that_is_about_to_be_read_wins_over_the_write_that_failed()
    {
        var reading = _stream.ReadAsync(new byte[9]).AsTask();
        var writing = _stream.WriteAsync(new byte[9]).AsTask();

        _inner.Reading.SetException(s_alert);

        await Assert.ThrowsAsync<IOException>(() => reading);
        await Assert.ThrowsAsync<IOException>(() => writing);
        Assert.Same(s_alert, _history.Failure);
        Assert.True(_history.IsSilent);
    }

    [Fact]
    public async Task Without_an_alert_in_time_the_write_is_what_failed()
    {
        var reading = _stream.ReadAsync(new byte[9]).AsTask();
        var writing = _stream.WriteAsync(new byte[9]).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(s_reset, await Assert.ThrowsAsync<IOException>(() => writing));
        Assert.Same(s_reset, _history.Failure);
        Assert.False(reading.IsCompleted);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public async Task Data_or_an_orderly_end_breaks_the_silence(int bytes)
    {
        _inner.Reading.SetResult(bytes);

        Assert.Equal(bytes, await _stream.ReadAsync(new byte[9]));
        await Assert.ThrowsAsync<IOException>(() => _stream.WriteAsync(new byte[9]).AsTask());

        Assert.False(_history.IsSilent);
        Assert.Null(_history.Failure);
    }

    [Fact]
    public async Task A_read_of_nothing_leaves_the_silence()
    {
        _inner.Reading.SetResult(0);

        Assert.Equal(0, await _stream.ReadAsync(Memory<byte>.Empty));
        Assert.True(_history.IsSilent);
    }

    /// <summary>Reads what the test says, and fails to write.</summary>
    private sealed class BrokenStream(IOException write) : MemoryStream
    {
        public TaskCompletionSource<int> Reading { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Reading.Task);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw write;
    }
}
