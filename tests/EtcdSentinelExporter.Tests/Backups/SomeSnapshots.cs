using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using EtcdSentinelExporter.Backups.Snapshots;

namespace EtcdSentinelExporter.Tests.Backups;

/// <summary>Files like those of <c>etcdctl snapshot save</c>, without an etcd.</summary>
internal static class SomeSnapshots
{
    private const int Page = 4096;

    /// <summary>A database of some pages.</summary>
    public static byte[] Database(int pages = 40)
    {
        var bytes = new byte[pages * Page];
        RandomNumberGenerator.Fill(bytes.AsSpan(2 * Page));
        WriteMeta(bytes.AsSpan(16), pages, transaction: 4);
        WriteMeta(bytes.AsSpan(Page + 16), pages, transaction: 5);
        return bytes;
    }

    /// <summary>The database and its hash.</summary>
    public static byte[] Snapshot(int pages = 40)
    {
        var database = Database(pages);
        return [.. database, .. SHA256.HashData(database)];
    }

    public static byte[] Flipped(byte[] bytes, int at)
    {
        bytes[at] ^= 1;
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    public static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("etcd-snapshot-cp-1-1790000000").Open())
            entry.Write(bytes);
        return memory.ToArray();
    }

    private static void WriteMeta(Span<byte> meta, int pages, ulong transaction)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(meta, 0xED0CDAED);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], Page);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], (ulong)pages);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[56..], BoltMeta.Checksum(meta[..56]));
    }
}
