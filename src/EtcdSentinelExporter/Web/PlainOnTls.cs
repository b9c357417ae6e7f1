using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Tells a client that speaks plain HTTP to a port of TLS what is wrong, as Go's servers do.</summary>
internal static class PlainOnTls
{
    private static ReadOnlyMemory<byte> Answer { get; } =
        ("HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"u8
            + "This port speaks HTTPS; write https://.\n"u8).ToArray();

    /// <summary>Stands before TLS; the first bytes are there already.</summary>
    public static ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        // A handshake begins with 22; a method with a capital letter.
        var isPlain = !first.Buffer.IsEmpty && char.IsAsciiLetterUpper((char)first.Buffer.FirstSpan[0]);
        connection.Transport.Input.AdvanceTo(isPlain ? first.Buffer.End : first.Buffer.Start);
        if (!isPlain)
            await next(connection);
        else
            await connection.Transport.Output.WriteAsync(Answer, connection.ConnectionClosed);
    };
}
