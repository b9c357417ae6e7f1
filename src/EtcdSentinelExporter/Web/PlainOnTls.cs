using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Responds with 400 to a client that sends plain HTTP to a TLS port, like Go's servers.</summary>
internal static class PlainOnTls
{
    private static ReadOnlyMemory<byte> Answer { get; } =
        ("HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"u8
            + "Client sent an HTTP request to an HTTPS server.\n"u8).ToArray();

    /// <summary>Middleware in front of TLS. The first bytes have already arrived.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        // A TLS handshake begins with byte 22, an HTTP method with a capital letter.
        var isPlain = !first.Buffer.IsEmpty && char.IsAsciiLetterUpper((char)first.Buffer.FirstSpan[0]);
        connection.Transport.Input.AdvanceTo(isPlain ? first.Buffer.End : first.Buffer.Start);
        if (!isPlain)
            await next(connection);
        else
            await connection.Transport.Output.WriteAsync(Answer, connection.ConnectionClosed);
    };
}
