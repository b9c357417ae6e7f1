using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Logs changes from one poll to the next.</summary>
internal sealed partial class DrivesLog(ILogger log)
{
    public void Changes(DrivesReading? before, DrivesReading now)
    {
        if (now.ScanProblem is { } problem && before?.ScanProblem is null)
            NotListed(problem);
        if (now.ScanProblem is null && before?.ScanProblem is not null)
            ListedAgain();
        if (now.All.IsEmpty && before is null)
            NothingFound();
        foreach (var drive in now.Drives)
            LogChange(before?.All.FirstOrDefault(item => item.Drive.Device == drive.Drive.Device), drive);
    }

    private void LogChange(DriveReading? before, DriveReading now)
    {
        if (now.IdentityChanges > (before?.IdentityChanges ?? 0))
            Replaced(now.Drive.Device, now.Identity?.Serial ?? now.Drive.Serial);
        if (now.State == (before?.State ?? ReadState.Waiting))
            return;
        if (ReadState.IsBlind(now.State))
            ReadFailed(now.Drive.Device, now.State, now.Message);
        else if (now.Identity is { } known)
            ReadEnded(now.Drive.Device, now.State, known.Model);
        else
            UnnamedReadEnded(now.Drive.Device, now.State);
    }

    [LoggerMessage(26, LogLevel.Warning,
        "Cannot write {Path}: {Problem}; the exporter gets no new values. Check permissions and free space")]
    public partial void NotWritten(string path, string problem);

    [LoggerMessage(27, LogLevel.Information, "Writes of {Path} succeed again")]
    public partial void WrittenAgain(string path);

    [LoggerMessage(20, LogLevel.Warning, "Cannot list drives, keeping the previous list: {Problem}")]
    private partial void NotListed(string problem);

    [LoggerMessage(25, LogLevel.Information, "Listing of drives succeeds again")]
    private partial void ListedAgain();

    [LoggerMessage(21, LogLevel.Information, "No drive was found on this node")]
    private partial void NothingFound();

    [LoggerMessage(22, LogLevel.Warning, "Read of drive {Device} failed: {State}: {Problem}")]
    private partial void ReadFailed(string device, string state, string problem);

    [LoggerMessage(23, LogLevel.Information, "Drive {Device} is {State}, {Model}")]
    private partial void ReadEnded(string device, string state, string model);

    [LoggerMessage(28, LogLevel.Information, "Drive {Device} is {State}")]
    private partial void UnnamedReadEnded(string device, string state);

    [LoggerMessage(24, LogLevel.Warning, "Drive {Device} was replaced: its serial number is now {Serial}")]
    private partial void Replaced(string device, string serial);
}
