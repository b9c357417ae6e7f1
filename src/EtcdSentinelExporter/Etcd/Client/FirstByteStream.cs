namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>A TLS connection that remembers how it broke, if it did before anything arrived over it.</summary>
/// <remarks>With TLS 1.3 a server refuses our certificate after we consider the handshake done. Its alert is the first
/// thing that arrives; .NET loses it when a write fails at the same time, which it often does.</remarks>
internal sealed class FirstByteStream(Stream inner, ConnectionHistory history, TimeProvider clock) : Stream
{
    private static readonly TimeSpan AlertWithin = TimeSpan.FromSeconds(1);

    private Task<int> _reading = Task.FromResult(0);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!history.IsSilent)
            return await inner.ReadAsync(buffer, cancellationToken);
        try
        {
            _reading = inner.ReadAsync(buffer, cancellationToken).AsTask();
            var read = await _reading;
            history.IsSilent = buffer.Length == 0;
            return read;
        }
        catch (IOException e)
        {
            history.Failure = e;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (history.IsSilent)
        {
            // The alert may have come and not been read yet.
            await Task.WhenAny(_reading, Task.Delay(AlertWithin, clock, cancellationToken));
            history.Failure ??= e;
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What is known of the latest connection to a server.</summary>
internal sealed class ConnectionHistory
{
    private bool _isSilent;
    private Exception? _failure;

    /// <summary>The handshake is done, and neither data nor an orderly end has arrived since.</summary>
    public bool IsSilent
    {
        get => Volatile.Read(ref _isSilent);
        set => Volatile.Write(ref _isSilent, value);
    }

    /// <summary>What broke the silence; <see langword="null"/> while nothing did.</summary>
    public Exception? Failure
    {
        get => Volatile.Read(ref _failure);
        set => Volatile.Write(ref _failure, value);
    }

    public void Begin()
    {
        Failure = null;
        IsSilent = true;
    }
}
