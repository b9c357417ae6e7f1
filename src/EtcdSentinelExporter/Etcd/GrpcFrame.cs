using System.Buffers.Binary;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd;

/// <summary>One message as gRPC sends it: a flag for compression, the length in four bytes, the message.</summary>
internal static class GrpcFrame
{
    public const int LargestMessage = 4 * 1024 * 1024;

    private const int PrefixLength = 5;

    public static byte[] Of(IMessage message)
    {
        var frame = new byte[PrefixLength + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixLength);
        message.WriteTo(frame.AsSpan(PrefixLength));
        return frame;
    }

    /// <summary>The one message of a body; <see langword="null"/> when the body is empty, as beside an error.</summary>
    /// <exception cref="EtcdException">Compressed, too large, cut short, or followed by more.</exception>
    public static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var prefix = new byte[PrefixLength];
        var read = await body.ReadAtLeastAsync(prefix, PrefixLength, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        Check(prefix[0], read, length);
        var message = new byte[length];
        var got = await body.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellationToken);
        if (got < message.Length)
            throw new EtcdException(EtcdReason.Protocol, "The answer is shorter than it says.");
        if (await body.ReadAsync(prefix.AsMemory(0, 1), cancellationToken) > 0)
            throw new EtcdException(EtcdReason.Protocol, "The answer goes on after its only message.");
        return message;
    }

    private static void Check(byte compressed, int read, uint length)
    {
        if (read < PrefixLength)
            throw new EtcdException(EtcdReason.Protocol, "The answer is shorter than its own prefix.");
        if (compressed != 0)
            throw new EtcdException(EtcdReason.Protocol, "The answer is compressed, which was not offered.");
        if (length > LargestMessage)
        {
            throw new EtcdException(
                EtcdReason.TooLarge, $"The answer holds {length} bytes, more than the {LargestMessage} that are read.");
        }
    }
}
