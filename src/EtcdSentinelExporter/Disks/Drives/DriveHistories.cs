namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Keeps the history of drives that are gone, by the kernel's serial number: a drive may come back, or get
/// another name.</summary>
internal static class DriveHistories
{
    // Far more drives than a node ever sees.
    private const int MaxCount = 1000;

    /// <summary>Returns the drive with its history of earlier polls, unless it has one.</summary>
    public static DriveReading Restored(DrivesReading? previous, DriveReading drive) =>
        drive.History == DriveHistory.None && previous?.Histories.GetValueOrDefault(drive.Drive.Serial) is { } history
            ? drive with { History = history }
            : drive;

    /// <summary>Returns the histories of all drives that were ever listed.</summary>
    public static ImmutableDictionary<string, DriveHistory> Of(DrivesReading? previous, DriveReading[] readings) =>
        (previous is { Histories: { Count: <= MaxCount } known } ? known
            : ImmutableDictionary<string, DriveHistory>.Empty)
        .SetItems(readings
            .Where(drive => drive.Drive.Serial.Length > 0 && drive.History != DriveHistory.None)
            .Select(drive => KeyValuePair.Create(drive.Drive.Serial, drive.History)));
}
