namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>A TLS stream that records its first failure, if nothing was received before.</summary>
/// <remarks>With TLS 1.3 a server rejects a client certificate after the client considers the handshake done. The
/// alert is then the first data received. .NET loses it if a write fails at the same time, which is
/// common.</remarks>
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
            // The alert may have arrived without being read yet.
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

/// <summary>State of the latest connection to a server.</summary>
internal sealed class ConnectionHistory
{
    private bool _isSilent;
    private Exception? _failure;

    /// <summary>True after the handshake, until data or an orderly end arrives.</summary>
    public bool IsSilent
    {
        get => Volatile.Read(ref _isSilent);
        set => Volatile.Write(ref _isSilent, value);
    }

    /// <summary>The failure of the connection before the first byte; <see langword="null"/> if there is none.</summary>
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
