using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads what smart-agent wrote, and needs no privilege for it.</summary>
/// <param name="scan">Which drives the kernel has: each must have a file.</param>
/// <param name="roles">Which of them carry something; what the agent says of that counts too.</param>
/// <param name="files">Where <paramref name="folder"/> is.</param>
internal sealed class DrivesFolderProbe(
    DriveScan scan,
    Func<CancellationToken, Task<DiskRoles>> roles,
    HostFiles files,
    string folder,
    DrivesLog log,
    TimeProvider clock) : IProbe<DrivesReading>
{
    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        if (!files.ExistsForSure(folder))
        {
            throw new FileNotFoundException(
                $"{folder} does not exist; start smart-agent with drives.folder={folder}.", folder);
        }

        var (found, scanProblem) = await scan.RunAsync(previous, cancellationToken);
        var known = found.ToDictionary(drive => drive.Device, StringComparer.Ordinal);
        var readings = new SortedDictionary<string, DriveReading>(StringComparer.Ordinal);
        var problems = FolderProblems.None;
        foreach (var (path, index) in Paths(known).Select((path, index) => (path, index)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (drive, problem) = index < DrivesSettings.MaxFiles
                ? ReadFile(path, known)
                : (null, FolderProblems.Surplus);
            if (problem is not null)
                problems = problems.Add(problem);
            if (drive is not null)
                readings[drive.Drive.Device] = drive;
        }
        foreach (var drive in found.Where(drive => drive.Disk is not null && !readings.ContainsKey(drive.Device)))
        {
            readings[drive.Device] = new(drive)
            {
                State = ReadState.NoFile,
                Message = $"{folder} holds no file about it.",
            };
        }

        var duties = new DriveDuties(await roles(cancellationToken).OrUnknownAsync(), Loads: null, Pressure: null);
        var reading = new DrivesReading(
            clock.GetUtcNow(),
            [.. readings.Values.Select(drive => WithIdentity(previous, WithRole(duties, drive)))],
            scanProblem,
            problems);
        log.Changes(previous, reading);
        return reading;
    }

    // Those of the node's own drives first, so that no flood of others hides them. The agent writes under a name that
    // begins with a dot, and renames.
    private IEnumerable<string> Paths(Dictionary<string, Drive> known) => files.List(folder)
        .Where(path => !Path.GetFileName(path).StartsWith('.'))
        .OrderByDescending(path => known.ContainsKey(Path.GetFileNameWithoutExtension(path)));

    private (DriveReading? Drive, string? Problem) ReadFile(string path, Dictionary<string, Drive> known)
    {
        var device = Path.GetFileNameWithoutExtension(path);
        var drive = known.GetValueOrDefault(device);
        if (Path.GetExtension(path) is not ".json")
            return (null, FolderProblems.Foreign);
        try
        {
            if (files.Size(path) > AgentFile.MaxSize)
                return (Unreadable(drive, "The agent's file is larger than is ever read."), FolderProblems.Huge);
            // Renamed into place, so that one that is torn stays torn: it is not read a second time.
            return Believed(AgentFile.Parse(files.Read(path, AgentFile.MaxSize)), device, drive);
        }
        catch (FormatException e)
        {
            return (Unreadable(drive, $"The agent's file is invalid: {e.Message.TrimEnd('.')}."), FolderProblems.Torn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (Unreadable(drive, e.Message), FolderProblems.Unreadable);
        }
    }

    private (DriveReading? Drive, string? Problem) Believed(AgentFile? file, string device, Drive? drive)
    {
        if (file is null)
            return (Unreadable(drive, "The agent's file is of another version."), FolderProblems.Foreign);
        if (file.Device != device || (drive is null ? !file.BehindController : !file.IsAbout(drive)))
            return (Unreadable(drive, "The file is about another drive."), FolderProblems.Foreign);
        var now = clock.GetUtcNow();
        var (said, cadence, writtenAt) = file.Read(drive ?? file.ToDrive(), now);
        if (said.LastSuccess is not { } success || now - success > cadence.Every * DriveSchedule.FreshPeriods)
            said = said with { Health = null, Report = null, LogsReport = null };
        return now - writtenAt <= cadence.RenewedWithin ? (said, null) : (Stale(said), FolderProblems.Old);
    }

    // Values are withdrawn by their own age. What came of the last run of smartctl is nobody's knowledge any more.
    private static DriveReading Stale(DriveReading drive) => drive with
    {
        State = ReadState.Stale,
        Message = "The agent has not renewed its file.",
        ExitStatus = null,
        Reads = new DriveReading(drive.Drive).Reads,
    };

    private static DriveReading? Unreadable(Drive? drive, string message) =>
        drive is null ? null : new(drive) { State = ReadState.Parse, Message = message };

    private static DriveReading WithRole(DriveDuties duties, DriveReading drive) =>
        drive with { CarriesRole = drive.CarriesRole || duties.CarriesRole(drive) };

    // Identity does not age, also when a file that told it is gone.
    private static DriveReading WithIdentity(DrivesReading? previous, DriveReading drive) =>
        drive.Identity is not null ? drive : drive with
        {
            Identity = previous?.All.FirstOrDefault(one =>
                one.Drive.Device == drive.Drive.Device && one.Drive.Serial == drive.Drive.Serial)?.Identity,
        };
}
