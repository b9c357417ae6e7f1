using System.Security.Cryptography;

namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>Verifies the content of a snapshot: a database, and the SHA-256 of it as the last 32 bytes.</summary>
internal static class SnapshotHash
{
    /// <summary>Maximum length of a content. etcd suggests at most 8 GiB; compressed files could expand to any
    /// length.</summary>
    public const long MaxBytes = 1L << 36;

    private const int HashBytes = 32;
    private const int Sector = 512;
    private const int BufferBytes = 1 << 16;

    /// <summary>Reads a content, and says what it is.</summary>
    /// <inheritdoc cref="Read"/>
    public static SnapshotCheck Check(Stream content, long? length, Action<int> onRead)
    {
        var read = Read(content, length, onRead);
        return Judge(read) with { ContentBytes = read.Bytes };
    }

    /// <param name="content">Read to its end, or up to <paramref name="length"/> bytes.</param>
    /// <param name="length">Length of the content; <see langword="null"/> for all of it.</param>
    /// <param name="onRead">Gets the number of bytes of each step.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="InvalidDataException">The compressed data is invalid.</exception>
    public static HashedContent Read(Stream content, long? length, Action<int> onRead)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[HashBytes + BufferBytes];
        var start = new StartOfContent();
        var (kept, total) = (0, 0L);
        while (Step(total, length) is var step and > 0 && content.Read(buffer, kept, step) is var read and > 0)
        {
            start.Add(buffer.AsSpan(kept, read));
            total += read;
            if (total > MaxBytes)
                return new(total, EndsWithHash: false, null);
            // The last 32 bytes are held back: they may be the hash.
            var hashed = Math.Max(0, kept + read - HashBytes);
            hash.AppendData(buffer, 0, hashed);
            buffer.AsSpan(hashed, kept + read - hashed).CopyTo(buffer);
            kept = kept + read - hashed;
            onRead(read);
        }
        // A database has whole sectors; only the hash stands behind them.
        var hasHash = total > HashBytes && total % Sector == HashBytes
            && hash.GetHashAndReset().AsSpan().SequenceEqual(buffer.AsSpan(0, kept));
        return new(total, hasHash, BoltMeta.Read(start.Bytes));
    }

    private static int Step(long total, long? length) =>
        (int)Math.Min(BufferBytes, (length ?? long.MaxValue) - total);

    private static SnapshotCheck Judge(HashedContent read) => (read.Meta, read.Bytes) switch
    {
        (_, > MaxBytes) => new(SnapshotCheck.Unreadable, "It is larger than 64 GiB."),
        (_, 0) => new(SnapshotCheck.Other, "It is empty, or an archive without a database of etcd."),
        (null, _) => new(SnapshotCheck.Other, "It does not begin as a database of etcd does."),
        _ when read.EndsWithHash =>
            new(SnapshotCheck.Valid, "The SHA-256 at its end is that of its content."),
        ({ Bytes: var bytes }, var total) when total < bytes =>
            new(SnapshotCheck.Corrupt, $"It is truncated: it has {total} of at least {bytes} bytes."),
        (_, var total) when total % Sector == HashBytes =>
            new(SnapshotCheck.Corrupt, "The SHA-256 at its end is not that of its content: it was altered."),
        (_, var total) when total % Sector == 0 => new(SnapshotCheck.Unverifiable,
            "It has no hash at its end, as a copy of member/snap/db: it may be whole, and cannot be verified."),
        _ => new(SnapshotCheck.Corrupt,
            $"Its length of {read.Bytes} bytes is not that of a snapshot: it was cut or added to."),
    };

    /// <summary>Keeps the beginning of a content, for its meta pages.</summary>
    private sealed class StartOfContent
    {
        private readonly byte[] _start = new byte[BoltMeta.MaxStartBytes];
        private int _length;

        public ReadOnlySpan<byte> Bytes => _start.AsSpan(0, _length);

        public void Add(ReadOnlySpan<byte> part)
        {
            var taken = part[..Math.Min(part.Length, _start.Length - _length)];
            taken.CopyTo(_start.AsSpan(_length));
            _length += taken.Length;
        }
    }
}

/// <summary>What was read of a content.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="EndsWithHash">True if its last 32 bytes are the SHA-256 of those before, as in every snapshot of
/// etcd.</param>
/// <param name="Meta"><see langword="null"/> if it does not begin as a database of etcd does.</param>
internal sealed record HashedContent(long Bytes, bool EndsWithHash, BoltMeta? Meta);
