using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads single files of smart-agent.</summary>
/// <param name="files">Root that contains the agent's folder.</param>
/// <param name="clock">Tells which files are out of date.</param>
internal sealed class AgentFileReader(HostFiles files, TimeProvider clock)
{
    /// <param name="path">Path of the file.</param>
    /// <param name="known">The kernel's drives, by label.</param>
    /// <returns>The drive, unless the file is not about one; and the problem, unless there is none.</returns>
    public (DriveReading? Drive, string? Problem) Read(string path, Dictionary<string, Drive> known)
    {
        var device = Path.GetFileNameWithoutExtension(path);
        var drive = known.GetValueOrDefault(device);
        if (Path.GetExtension(path) is not ".json")
            return (null, FolderProblems.Foreign);
        try
        {
            // The agent writes no links; one could lead to any file of the node.
            if (files.IsLink(path))
                return (Unreadable(drive, "The agent's file is a symbolic link."), FolderProblems.Unreadable);
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
}
