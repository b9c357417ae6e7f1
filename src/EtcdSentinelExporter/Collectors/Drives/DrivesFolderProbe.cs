using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Smart;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>Reads what smart-agent wrote, and needs no privilege for it.</summary>
/// <param name="scan">Which drives the kernel has: each must have a file.</param>
/// <param name="files">Where <paramref name="folder"/> is.</param>
internal sealed class DrivesFolderProbe(
    DriveScan scan, HostFiles files, string folder, DrivesLog log, TimeProvider clock)
    : IProbe<DrivesReading>
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        if (!files.Exists(folder))
            throw new FileNotFoundException($"{folder} does not exist; start smart-agent with drives.folder={folder}.", folder);
        var (found, scanProblem) = await scan.RunAsync(previous, cancellationToken);
        var known = found.ToDictionary(drive => drive.Device, StringComparer.Ordinal);
        var readings = new SortedDictionary<string, DriveReading>(StringComparer.Ordinal);
        var problems = FolderProblems.None;
        // The agent writes under a name that begins with a dot, and renames.
        foreach (var path in files.List(folder)
            .Where(path => !Path.GetFileName(path).StartsWith('.')).Take(DrivesSettings.MostFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (drive, problem) = await ReadFileAsync(path, known, cancellationToken);
            if (problem is not null)
                problems = problems.Add(problem);
            if (drive is not null)
                readings[drive.Drive.Device] = drive;
        }
        foreach (var drive in found.Where(drive => drive.Disk is not null && !readings.ContainsKey(drive.Device)))
            readings[drive.Device] = new(drive) { State = ReadState.NoFile, Message = $"{folder} holds no file about it." };
        var reading = new DrivesReading(
            clock.GetUtcNow(), [.. readings.Values.Select(drive => WithIdentity(previous, drive))], scanProblem, problems);
        log.Changes(previous, reading);
        return reading;
    }

    private async Task<(DriveReading? Drive, string? Problem)> ReadFileAsync(
        string path, Dictionary<string, Drive> known, CancellationToken cancellationToken)
    {
        var device = Path.GetFileNameWithoutExtension(path);
        var drive = known.GetValueOrDefault(device);
        if (Path.GetExtension(path) is not ".json")
            return (null, FolderProblems.Foreign);
        try
        {
            if (files.Size(path) > AgentFile.Largest)
                return (Unreadable(drive, "The agent's file is larger than is ever read."), FolderProblems.Huge);
            var bytes = await files.ReadParsedAsync(path, AgentFile.Largest, Understood, cancellationToken);
            var (subject, isBehindController) = AgentFile.Subject(bytes);
            return subject != device || (drive is null && !isBehindController)
                ? (Unreadable(drive, "The file is about another drive."), FolderProblems.Foreign)
                : Dated(AgentFile.Read(bytes, drive));
        }
        catch (FormatException e)
        {
            return (Unreadable(drive, $"The agent's file cannot be understood: {e.Message}."), FolderProblems.Torn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (Unreadable(drive, e.Message), FolderProblems.Unreadable);
        }
    }

    private static byte[] Understood(byte[] bytes)
    {
        AgentFile.Subject(bytes);
        return bytes;
    }

    private static DriveReading? Unreadable(Drive? drive, string message) =>
        drive is null ? null : new(drive) { State = ReadState.Parse, Message = message };

    private (DriveReading Drive, string? Problem) Dated((DriveReading Drive, TimeSpan Every) file)
    {
        var (drive, every) = file;
        var now = clock.GetUtcNow();
        if (drive.LastAttempt > now + ClocksDiffer)
            return (Unreadable(drive.Drive, "The agent's file is from the future; compare the clocks.")!, FolderProblems.Torn);
        if (now - drive.LastSuccess > every * DriveSchedule.FreshPeriods)
            drive = drive with { Health = null, Report = null, LogsReport = null };
        // A drive that hangs, or that waits after it did, is asked no more; its agent writes on all the same.
        var written = drive.DueAt + (every * DriveSchedule.FreshPeriods);
        return now > written
            ? (drive with { State = ReadState.Stale, Message = "The agent has not renewed its file.", Health = null }, FolderProblems.Old)
            : (drive, null);
    }

    // Identity does not age, also when a file that told it is gone.
    private static DriveReading WithIdentity(DrivesReading? previous, DriveReading drive) =>
        drive.Identity is not null ? drive
        : drive with { Identity = previous?.All.FirstOrDefault(one => one.Drive.Device == drive.Drive.Device)?.Identity };
}
