using System.Buffers;

namespace EtcdSentinelExporter.Web;

/// <summary>A response body whose beginning is buffered, so that an early failure can still set the status.</summary>
internal sealed class BufferedResponseBody(HttpResponse response)
{
    // The part of an ordinary etcd page that is passed through fits in.
    private const int MaxBuffered = 128 << 10;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>True if the status has already been sent.</summary>
    public bool HasStarted { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!HasStarted && _buffer.WrittenCount + bytes.Length <= MaxBuffered)
        {
            _buffer.Write(bytes.Span);
            return;
        }
        await StartAsync(cancellationToken);
        await SendAsync(bytes, cancellationToken);
    }

    /// <summary>Sends the rest of the buffer.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (HasStarted)
            return;
        response.ContentLength = _buffer.WrittenCount;
        await StartAsync(cancellationToken);
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (HasStarted)
            return;
        HasStarted = true;
        await SendAsync(_buffer.WrittenMemory, cancellationToken);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, cancellationToken);
    }
}
