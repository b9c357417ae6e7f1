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
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var before = previous is null ? ReadExisting() : [.. previous.All];
        var reading = await drives.ReadAsync(
            previous ?? (before.IsEmpty ? null : new(clock.GetUtcNow(), before, ScanProblem: null, Folder: null)),
            cancellationToken);
        if (!Try(folder, () => AgentFileWriter.CreateFolder(folder)))
            return reading;
        var now = clock.GetUtcNow();
        foreach (var drive in reading.Drives)
            Try(FileOf(drive), () => AgentFileWriter.Write(FileOf(drive), AgentFile.Of(drive, cadence, now).ToJson()));
        foreach (var gone in before.Select(FileOf).Except(reading.Drives.Select(FileOf), StringComparer.Ordinal))
            Try(gone, () => File.Delete(gone));
        return reading;
    }

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
            if (files.IsLink(path))
                return null;
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

    private string FileOf(DriveReading drive) => Path.Combine(folder, $"{drive.Drive.Device}.json");

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
