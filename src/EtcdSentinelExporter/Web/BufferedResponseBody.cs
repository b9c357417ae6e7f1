using System.Buffers;

namespace EtcdSentinelExporter.Web;

/// <summary>A response body whose beginning is held back, so that an early failure can still become a status.</summary>
internal sealed class BufferedResponseBody(HttpResponse response)
{
    public const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    // An ordinary page of etcd's, as far as it is passed on, fits in.
    private const int MaxHeld = 128 << 10;

    private readonly ArrayBufferWriter<byte> _held = new();

    /// <summary>Whether the client has got the status already.</summary>
    public bool HasStarted { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!HasStarted && _held.WrittenCount + bytes.Length <= MaxHeld)
        {
            _held.Write(bytes.Span);
            return;
        }
        await StartAsync(cancellationToken);
        await SendAsync(bytes, cancellationToken);
    }

    /// <summary>Sends what is still held back.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (HasStarted)
            return;
        response.ContentLength = _held.WrittenCount;
        await StartAsync(cancellationToken);
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (HasStarted)
            return;
        HasStarted = true;
        await SendAsync(_held.WrittenMemory, cancellationToken);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, cancellationToken);
    }
}
