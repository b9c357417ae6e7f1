using System.Collections.Immutable;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Asks the drives as the exporter itself would, and leaves what they say in a folder.</summary>
/// <param name="drives">Asks them.</param>
/// <param name="files">Where <paramref name="folder"/> is.</param>
/// <param name="folder">Made when it is not there.</param>
/// <remarks>A file that cannot be written is no failed poll: the others are written, and what was read is kept, so that
/// no drive is asked again before its time.</remarks>
internal sealed class AgentFolder(
    IProbe<DrivesReading> drives, HostFiles files, string folder, AgentCadence cadence, DrivesLog log,
    TimeProvider clock)
    : IProbe<DrivesReading>
{
    // Who reads it needs no privilege, and what it holds is no secret; who writes it is the agent alone.
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Listable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var before = previous is null ? Left() : [.. previous.All];
        var reading = await drives.ReadAsync(
            previous ?? (before.IsEmpty ? null : new(clock.GetUtcNow(), before, ScanProblem: null, Folder: null)),
            cancellationToken);
        if (!Try(folder, () => Make(folder)))
            return reading;
        var now = clock.GetUtcNow();
        foreach (var drive in reading.Drives)
            Try(FileOf(drive), () => Write(drive.Drive.Device, AgentFile.Of(drive, cadence, now).ToJson()));
        foreach (var gone in before.Select(FileOf).Except(reading.Drives.Select(FileOf), StringComparer.Ordinal))
            Try(gone, () => File.Delete(gone));
        return reading;
    }

    private string FileOf(DriveReading drive) => Path.Combine(folder, $"{drive.Drive.Device}.json");

    /// <summary>What an earlier agent wrote: it is not asked anew before its time, and its files are ours to
    /// delete.</summary>
    private ImmutableArray<DriveReading> Left()
    {
        try
        {
            return [.. files.List(folder).Take(DrivesSettings.MaxFiles)
                .Where(path => Path.GetExtension(path) is ".json" && !Path.GetFileName(path).StartsWith('.'))
                .Select(Left).OfType<DriveReading>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private DriveReading? Left(string path)
    {
        try
        {
            var file = AgentFile.Parse(files.Read(path, AgentFile.MaxSize));
            if (file is null || file.Device != Path.GetFileNameWithoutExtension(path))
                return null;
            var now = clock.GetUtcNow();
            var drive = file.Read(file.ToDrive(), now).Drive;
            // The period may be another one than then.
            return drive.DueAt - now <= cadence.Every ? drive : drive with { DueAt = now + cadence.Every };
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Modes are set by themselves: those that a file is made with are cut by the umask.
    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            Make(parent);
        Directory.CreateDirectory(folder);
        SetMode(folder, Listable);
    }

    // Renamed into place, so that a reader sees the old file or the new one. Not flushed to the disk: who finds it torn
    // after a crash says so, and the next one comes with the next poll.
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
            // What did not fit would take the room of the others.
            File.Delete(partial);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(path, mode);
    }

    private bool Try(string path, Action act)
    {
        try
        {
            act();
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
