using System.Buffers.Binary;
using System.IO.Compression;

namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>Finds the snapshot in a file: the file itself, gzip, the only entry of a ZIP archive as k3s and RKE2 write
/// it, or an entry of a compressed tar archive as <c>k0s backup</c> writes it.</summary>
internal static class SnapshotContent
{
    private const int ZipHeaderBytes = 30;
    private const int Deflated = 8;
    private const int TarBlock = 512;
    private const int MaxTarEntries = 1000;

    private static ReadOnlySpan<byte> TarMark => "ustar"u8;

    /// <param name="file">At its beginning. Disposed with the content.</param>
    /// <param name="head">The first bytes of the file, at least 4 if it has them.</param>
    /// <param name="name">Name of the file: tar archives are known by it.</param>
    /// <returns>The content, its length if it does not end with its stream, and true if it is compressed. The length
    /// is 0 if the archive has no snapshot.</returns>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="EndOfStreamException">The archive is truncated.</exception>
    public static (Stream Content, long? Length, bool IsCompressed) Open(
        Stream file, ReadOnlySpan<byte> head, string name)
    {
        if (head is [0x1F, 0x8B, ..])
        {
            var content = new GZipStream(file, CompressionMode.Decompress);
            return (content, IsTar(name) ? FindInTar(content) : null, true);
        }
        return head is [(byte)'P', (byte)'K', 3, 4, ..] ? (FirstOfZip(file), null, true) : (file, null, false);
    }

    /// <summary>True if a file is a compressed tar archive by its name.</summary>
    public static bool IsTar(string name) => name.EndsWith(".tar.gz", StringComparison.Ordinal)
        || name.EndsWith(".tgz", StringComparison.Ordinal);

    // The list of entries is at the end of a ZIP archive, and of any length. The first entry says enough itself.
    private static DeflateStream FirstOfZip(Stream file)
    {
        var header = new byte[ZipHeaderBytes];
        file.ReadExactly(header);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8));
        if (method != Deflated)
            throw new InvalidDataException($"its first entry has the unknown compression method {method}");
        Skip(file, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26))
            + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28)));
        return new(file, CompressionMode.Decompress);
    }

    /// <summary>Reads up to the content of the first entry that is a database by its name.</summary>
    private static long FindInTar(Stream content)
    {
        var header = new byte[TarBlock];
        for (var entries = 0; entries < MaxTarEntries; entries++)
        {
            content.ReadExactly(header);
            if (!header.AsSpan(257).StartsWith(TarMark))
                break;
            var length = Octal(header.AsSpan(124, 12));
            var name = header.AsSpan(0, 100);
            var end = name.IndexOf((byte)0);
            if (name[..(end < 0 ? name.Length : end)].EndsWith(".db"u8))
                return length;
            Skip(content, (length + TarBlock - 1) / TarBlock * TarBlock);
        }
        return 0;
    }

    private static long Octal(ReadOnlySpan<byte> digits)
    {
        var number = 0L;
        foreach (var digit in digits.TrimStart((byte)' '))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                break;
            number = (number * 8) + digit - '0';
        }
        return number;
    }

    private static void Skip(Stream stream, long bytes)
    {
        var buffer = new byte[TarBlock * 8];
        while (bytes > 0)
        {
            var part = (int)Math.Min(bytes, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            bytes -= part;
        }
    }
}
