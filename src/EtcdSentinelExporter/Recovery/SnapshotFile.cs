using System.Globalization;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Saves a snapshot, for the owner only, and verifies the SHA-256 at its end.</summary>
/// <param name="timeouts">Has the time limit.</param>
internal sealed class SnapshotFile(RecoveryTimeouts timeouts)
{
    // The database may grow while it is read.
    private const long Spare = 64 << 20;

    public static long NeededBytes(long dbBytes) => dbBytes + Spare;

    /// <param name="etcd">The member to read from.</param>
    /// <param name="dbBytes">Size of its database.</param>
    /// <param name="path">A file that does not exist.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="EtcdException">The member failed.</exception>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="RecoveryException">The hash is wrong.</exception>
    public async Task<long> SaveAsync(
        EtcdClient etcd, long dbBytes, string path, CancellationToken cancellationToken)
    {
        var part = PartOf(path);
        // Outside of the block that removes it: one that exists is of somebody else.
        var file = new FileStream(part, Options());
        try
        {
            long bytes;
            await using (file)
            {
                bytes = await SnapshotDownload.SaveAsync(
                    etcd, file, NeededBytes(dbBytes), timeouts.Snapshot, cancellationToken);
                await file.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }
            if (!await IsWholeAsync(part, cancellationToken))
                throw new RecoveryException("snapshot", "The hash at the end of the snapshot is wrong.");
            File.Move(part, path, overwrite: false);
            return bytes;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Removes what a run that was cut off left.</summary>
    public static void RemovePart(string path) => File.Delete(PartOf(path));

    /// <summary>True if the file ends with the SHA-256 of all before.</summary>
    public static async Task<bool> IsWholeAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var read = await Task.Run(
            () => SnapshotHash.Read(file, length: null, _ => cancellationToken.ThrowIfCancellationRequested()),
            cancellationToken);
        return read.EndsWithHash;
    }

    /// <summary>Name of the file, if only its folder was chosen.</summary>
    public static string NameAt(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"etcd-before-recovery-{now.UtcDateTime:yyyyMMdd-HHmmss}.db");

    private static string PartOf(string path) => $"{path}.part";

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsLinux())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
