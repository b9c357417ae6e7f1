using System.Buffers.Binary;
using EtcdSentinelExporter.Host;
using Microsoft.Win32.SafeHandles;

namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>Reads a file of the node and verifies the snapshot in it.</summary>
/// <param name="paths">Resolves the node's paths for this process.</param>
/// <param name="bytesPerSecond">Maximum rate, of the file and of what it expands to.</param>
internal sealed class SnapshotReader(HostPath paths, double bytesPerSecond, TimeProvider clock)
{
    /// <summary>Blocks as long as the disk does.</summary>
    /// <param name="path">The node's path.</param>
    /// <param name="progress">Counts the bytes of the file.</param>
    /// <returns>The result, and the file that it is about; no file if it could not be read.</returns>
    /// <exception cref="OperationCanceledException">It was abandoned.</exception>
    public (SnapshotCheck Check, FileIdentity? Of) Read(string path, ReadProgress progress)
    {
        try
        {
            using var file = RegularFile.Open(paths.Resolve(path), path, out var before);
            var identity = FileIdentity.Of(before);
            Span<byte> head = stackalloc byte[4];
            head = head[..RandomAccess.Read(file, head, 0)];
            var pace = new Pace(bytesPerSecond, clock);
            using var raw = new BackgroundFile(file, bytes =>
            {
                progress.Add(bytes);
                pace.Add(bytes);
            });
            var check = Check(raw, head, Path.GetFileName(path), progress);
            if (check.State is SnapshotCheck.Other && head is [0x1F, 0x8B, ..] && !SnapshotContent.IsTar(path)
                && !HasWholeContent(file, before, check))
            {
                check = check with { State = SnapshotCheck.Corrupt, Detail = "Its compressed data is truncated." };
            }
            Statx.Handle(file, out var after);
            return (FileIdentity.Of(after) == identity ? check : SnapshotCheck.StillWritten, identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new(SnapshotCheck.Unreadable, $"It cannot be read: {e.Message}"), null);
        }
    }

    // gzip ends with the length of its content. .NET reads a file without its end as a shorter one.
    private static bool HasWholeContent(SafeFileHandle file, FileStatus status, SnapshotCheck check)
    {
        Span<byte> end = stackalloc byte[4];
        return RandomAccess.Read(file, end, Math.Max(0, (long)status.Size - end.Length)) == end.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(end) == (uint)check.ContentBytes;
    }

    private SnapshotCheck Check(BackgroundFile raw, ReadOnlySpan<byte> head, string name, ReadProgress progress)
    {
        try
        {
            var (content, length, isCompressed) = SnapshotContent.Open(raw, head, name);
            using (content)
            {
                // A small file may expand to a large content, which costs processor time.
                var pace = isCompressed ? new Pace(bytesPerSecond, clock) : null;
                return SnapshotHash.Check(content, length, bytes =>
                {
                    progress.Check();
                    pace?.Add(bytes);
                });
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return new(SnapshotCheck.Corrupt, $"Its compressed data is damaged: {e.Message}");
        }
    }
}
