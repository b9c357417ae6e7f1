using System.Buffers.Binary;

namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>The valid meta page of a bolt database, the format of etcd's database.</summary>
/// <param name="PageBytes">Size of a page.</param>
/// <param name="Pages">Number of pages in use: the file has at least these.</param>
/// <param name="Transaction">Number of the last transaction.</param>
internal sealed record BoltMeta(uint PageBytes, ulong Pages, ulong Transaction)
{
    /// <summary>Length of the beginning that has both meta pages, at the largest size of a page.</summary>
    public const int MaxStartBytes = MaxPageBytes + HeaderBytes + MetaBytes;

    private const int MaxPageBytes = 1 << 16;
    private const int MinPageBytes = 1 << 10;
    private const int HeaderBytes = 16;
    private const int MetaBytes = 64;
    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;

    // bbolt maps at most 256 TiB.
    private const ulong MaxPages = 1UL << 36;

    /// <summary>Bytes of all pages in use.</summary>
    public long Bytes => (long)(PageBytes * Pages);

    /// <summary>Reads the newer one of the two meta pages.</summary>
    /// <param name="start">Up to <see cref="MaxStartBytes"/> bytes of the beginning.</param>
    /// <returns><see langword="null"/> if neither is valid: not a bolt database.</returns>
    public static BoltMeta? Read(ReadOnlySpan<byte> start)
    {
        var newest = At(start, 0);
        // The size of a page is that of the machine that wrote it, and may be in a meta page that is damaged.
        for (var page = MinPageBytes; page <= MaxPageBytes; page *= 2)
        {
            if (At(start, page) is { } meta && (newest is null || meta.Transaction > newest.Transaction))
                newest = meta;
        }
        return newest;
    }

    private static BoltMeta? At(ReadOnlySpan<byte> start, int page)
    {
        if (start.Length < page + HeaderBytes + MetaBytes)
            return null;
        var meta = start.Slice(page + HeaderBytes, MetaBytes);
        var read = new BoltMeta(UInt32(meta, 8), UInt64(meta, 40), UInt64(meta, 48));
        return UInt32(meta, 0) == Magic && UInt32(meta, 4) == Version
            && UInt64(meta, 56) == Checksum(meta[..56])
            && read.PageBytes is >= MinPageBytes and <= MaxPageBytes && read.Pages <= MaxPages
            ? read
            : null;
    }

    private static uint UInt32(ReadOnlySpan<byte> meta, int at) => BinaryPrimitives.ReadUInt32LittleEndian(meta[at..]);

    private static ulong UInt64(ReadOnlySpan<byte> meta, int at) => BinaryPrimitives.ReadUInt64LittleEndian(meta[at..]);

    /// <summary>FNV-1a with 64 bits.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 14695981039346656037UL;
        foreach (var one in bytes)
            sum = unchecked((sum ^ one) * 1099511628211UL);
        return sum;
    }
}
