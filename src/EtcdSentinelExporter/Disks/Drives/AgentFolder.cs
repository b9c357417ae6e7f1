using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads the drives like the exporter itself, and writes the result into a folder.</summary>
/// <param name="drives">Reads the drives.</param>
/// <param name="files">Root that contains <paramref name="folder"/>.</param>
/// <param name="folder">Folder to write to; created if missing.</param>
/// <remarks>A failed write does not fail the poll. The other files are written, and the results are kept, so that no
/// drive is read again early.</remarks>
internal sealed class AgentFolder(
    IProbe<DrivesReading> drives, HostFiles files, string folder, AgentCadence cadence, DrivesLog log,
    TimeProvider clock)
    : IProbe<DrivesReading>
{
    // Anyone may read the files: they hold no secrets. Only the agent may write them.
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Listable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var before = previous is null ? ReadExisting() : [.. previous.All];
        var reading = await drives.ReadAsync(
            previous ?? (before.IsEmpty ? null : new(clock.GetUtcNow(), before, ScanProblem: null, Folder: null)),
            cancellationToken);
        if (!Try(folder, () => CreateFolder(folder)))
            return reading;
        var now = clock.GetUtcNow();
        foreach (var drive in reading.Drives)
            Try(FileOf(drive), () => Write(drive.Drive.Device, AgentFile.Of(drive, cadence, now).ToJson()));
        foreach (var gone in before.Select(FileOf).Except(reading.Drives.Select(FileOf), StringComparer.Ordinal))
            Try(gone, () => File.Delete(gone));
        return reading;
    }

    private string FileOf(DriveReading drive) => Path.Combine(folder, $"{drive.Drive.Device}.json");

    /// <summary>Reads the files of an earlier agent, so that no drive is read again early, and stale files are
    /// deleted.</summary>
    private ImmutableArray<DriveReading> ReadExisting()
    {
        try
        {
            return [.. files.List(folder).Take(DrivesSettings.MaxFiles)
                .Where(path => Path.GetExtension(path) is ".json" && !Path.GetFileName(path).StartsWith('.'))
                .Select(ReadExisting).OfType<DriveReading>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private DriveReading? ReadExisting(string path)
    {
        try
        {
            var file = AgentFile.Parse(files.Read(path, AgentFile.MaxSize));
            if (file is null || file.Device != Path.GetFileNameWithoutExtension(path))
                return null;
            var now = clock.GetUtcNow();
            var drive = file.Read(file.ToDrive(), now).Drive;
            // The period may have been changed since.
            return drive.DueAt - now <= cadence.Every ? drive : drive with { DueAt = now + cadence.Every };
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Modes are set separately, because the umask limits the mode at creation.
    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        SetMode(folder, Listable);
    }

    // Renamed into place, so that a reader sees either the old file or the new one. Not flushed to the disk: after a
    // crash the reader reports a truncated file, and the next poll replaces it.
    private void Write(string device, byte[] bytes)
    {
        var partial = Path.Combine(folder, $".{device}.json");
        try
        {
            File.Delete(partial);
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
                file.Write(bytes);
            SetMode(partial, Readable);
            File.Move(partial, Path.Combine(folder, $"{device}.json"), overwrite: true);
        }
        finally
        {
            // A partial file on a full disk would take the space of the others.
            File.Delete(partial);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(path, mode);
    }

    private bool Try(string path, Action action)
    {
        try
        {
            action();
            if (_failing.Remove(path))
                log.WrittenAgain(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_failing.Add(path))
                log.NotWritten(path, e.Message);
            return false;
        }
    }
}
