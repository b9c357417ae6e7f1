using Microsoft.Win32.SafeHandles;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads a file once from its beginning to its end, at a limited rate, and keeps it out of the page
/// cache.</summary>
/// <param name="file">Not disposed here.</param>
/// <param name="onRead">Gets the number of bytes after each read; may wait, and may throw to end the work.</param>
internal sealed class BackgroundFile(SafeFileHandle file, Action<int> onRead) : Stream
{
    private const int MaxRead = 1 << 16;

    // Each call costs a system call and a walk through the pages.
    private const long ForgetAfter = 4 << 20;

    private long _position;
    private long _forgotten;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer[..Math.Min(buffer.Length, MaxRead)], _position);
        _position += read;
        if (_position - _forgotten >= ForgetAfter)
            Forget();
        onRead(read);
        return read;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !file.IsClosed)
            Forget();
        base.Dispose(disposing);
    }

    private void Forget()
    {
        BackgroundReading.Forget(file, _forgotten, _position - _forgotten);
        _forgotten = _position;
    }
}
