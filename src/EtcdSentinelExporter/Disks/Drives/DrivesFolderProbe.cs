using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads the files of smart-agent; needs no privileges.</summary>
/// <param name="scan">Lists the drives of the kernel; each must have a file.</param>
/// <param name="roles">Returns which disks carry a role; a role in the file counts too.</param>
/// <param name="files">Root that contains <paramref name="folder"/>.</param>
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
                Message = $"{folder} has no file for this drive.",
            };
        }

        var duties = new DriveDuties(await roles(cancellationToken).OrNullAsync(), Loads: null, Pressure: null);
        var reading = new DrivesReading(
            clock.GetUtcNow(),
            [.. readings.Values.Select(drive => WithIdentity(previous, WithRole(duties, drive)))],
            scanProblem,
            problems);
        log.Changes(previous, reading);
        return reading;
    }

    // Files of the node's own drives come first, so that many other files cannot hide them. Names with a leading dot
    // are skipped: the agent writes under such a name and renames.
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
                return (Unreadable(drive, "The agent's file exceeds the size limit."), FolderProblems.Huge);
            // Files are renamed into place, so a truncated one stays truncated: no second read.
            return Validate(AgentFile.Parse(files.Read(path, AgentFile.MaxSize)), device, drive);
        }
        catch (FormatException e)
        {
            return (Unreadable(drive, $"The agent's file is invalid: {e.Message.TrimEnd('.')}."),
                e is AgentClockException ? FolderProblems.Clock : FolderProblems.Torn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (Unreadable(drive, e.Message), FolderProblems.Unreadable);
        }
    }

    private (DriveReading? Drive, string? Problem) Validate(AgentFile? file, string device, Drive? drive)
    {
        if (file is null)
            return (Unreadable(drive, "The agent's file is of another version."), FolderProblems.Foreign);
        if (file.Device != device || (drive is null ? !file.BehindController : !file.IsAbout(drive)))
            return (Unreadable(drive, "The file is about another drive."), FolderProblems.Foreign);
        var now = clock.GetUtcNow();
        var (reading, cadence, writtenAt) = file.Read(drive ?? file.ToDrive(), now);
        if (reading.LastSuccess is not { } success || now - success > cadence.Every * DriveSchedule.FreshPeriods)
            reading = reading with { Health = null, Report = null, LogsReport = null };
        return now - writtenAt <= cadence.RenewedWithin ? (reading, null) : (Stale(reading), FolderProblems.Old);
    }

    // Values are withdrawn by their own age. The result of the last run of smartctl is unknown now.
    private static DriveReading Stale(DriveReading drive) => drive with
    {
        State = ReadState.Stale,
        Message = "The agent's file is out of date.",
        ExitStatus = null,
        Reads = new DriveReading(drive.Drive).Reads,
    };

    private static DriveReading? Unreadable(Drive? drive, string message) =>
        drive is null ? null : new(drive) { State = ReadState.Parse, Message = message };

    private static DriveReading WithRole(DriveDuties duties, DriveReading drive) =>
        drive with { CarriesRole = drive.CarriesRole || duties.CarriesRole(drive) };

    // Identity does not age: it is kept even if its file is gone.
    private static DriveReading WithIdentity(DrivesReading? previous, DriveReading drive) =>
        drive.Identity is not null ? drive : drive with
        {
            Identity = previous?.All.FirstOrDefault(before =>
                before.Drive.Device == drive.Drive.Device && before.Drive.Serial == drive.Drive.Serial)?.Identity,
        };
}
