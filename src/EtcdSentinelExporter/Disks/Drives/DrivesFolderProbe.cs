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
        var reader = new AgentFileReader(files, clock);
        foreach (var (path, index) in Paths(known).Select((path, index) => (path, index)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (drive, problem) = index < DrivesSettings.MaxFiles
                ? reader.Read(path, known)
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
            [.. readings.Values.Select(drive => WithRole(duties, WithHistory(previous, drive)))],
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

    private static DriveReading WithRole(DriveDuties duties, DriveReading drive) =>
        drive with
        {
            CarriesRole = drive.CarriesRole || duties.CarriesRole(drive),
            CarriesEtcd = duties.CarriesEtcd(drive),
        };

    // Identity does not age: it is kept even if its file is gone. The role is kept while roles are unknown.
    private static DriveReading WithHistory(DrivesReading? previous, DriveReading drive) =>
        previous?.All.FirstOrDefault(before =>
            before.Drive.Device == drive.Drive.Device && before.Drive.Serial == drive.Drive.Serial) is not { } same
            ? drive
            : drive with { Identity = drive.Identity ?? same.Identity, CarriesEtcd = same.CarriesEtcd };
}
