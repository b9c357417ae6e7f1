using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Writes down what changed from one poll to the next.</summary>
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
            Change(before?.All.FirstOrDefault(one => one.Drive.Device == drive.Drive.Device), drive);
    }

    private void Change(DriveReading? before, DriveReading now)
    {
        if (now.IdentityChanges > (before?.IdentityChanges ?? 0))
            Other(now.Drive.Device, now.Identity?.Serial ?? now.Drive.Serial);
        if (now.State == (before?.State ?? ReadState.Waiting))
            return;
        if (ReadState.IsBlind(now.State))
            Blind(now.Drive.Device, now.State, now.Message);
        else
            Seen(now.Drive.Device, now.State, now.Identity?.Model ?? "");
    }

    [LoggerMessage(26, LogLevel.Warning,
        "{Path} cannot be written, and the exporter knows nothing new of it; see its folder and its space: {Problem}")]
    public partial void NotWritten(string path, string problem);

    [LoggerMessage(27, LogLevel.Information, "{Path} can be written again")]
    public partial void WrittenAgain(string path);

    [LoggerMessage(20, LogLevel.Warning, "Drives cannot be listed, the old list stays: {Problem}")]
    private partial void NotListed(string problem);

    [LoggerMessage(25, LogLevel.Information, "Drives can be listed again")]
    private partial void ListedAgain();

    [LoggerMessage(21, LogLevel.Information, "No drive was found on this node")]
    private partial void NothingFound();

    [LoggerMessage(22, LogLevel.Warning, "Drive {Device} cannot be read: {State}: {Problem}")]
    private partial void Blind(string device, string state, string problem);

    [LoggerMessage(23, LogLevel.Information, "Drive {Device} is {State}, {Model}")]
    private partial void Seen(string device, string state, string model);

    [LoggerMessage(24, LogLevel.Warning, "Another drive answers as {Device}: serial number {Serial}")]
    private partial void Other(string device, string serial);
}
