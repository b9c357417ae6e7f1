using System.Collections.Immutable;
using EtcdSentinelExporter.Collecting;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>Asks the drives as the exporter itself would, and leaves what they say in a folder.</summary>
/// <param name="drives">Asks them.</param>
/// <param name="folder">Made when it is not there.</param>
internal sealed class AgentFolder(IProbe<DrivesReading> drives, string folder, TimeSpan every) : IProbe<DrivesReading>
{
    // Who reads it needs no privilege, and what it holds is no secret; who writes it is the agent alone.
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var reading = await drives.ReadAsync(previous, cancellationToken);
        Directory.CreateDirectory(folder);
        foreach (var drive in reading.Drives)
            Write(drive.Drive.Device, AgentFile.Write(drive, every));
        Remove(Gone(previous, reading));
        return reading;
    }

    // Renamed into place, so that a reader sees the old file or the new one. Not flushed to the disk: who finds it torn
    // after a crash says so, and the next one comes with the next poll.
    private void Write(string device, byte[] bytes)
    {
        var partial = Path.Combine(folder, $".{device}.json");
        File.Delete(partial);
        using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            file.Write(bytes);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(partial, Readable);
        File.Move(partial, Path.Combine(folder, $"{device}.json"), overwrite: true);
    }

    // Files of drives that an earlier agent knew are left: they grow old, and the exporter says so.
    private static ImmutableArray<string> Gone(DrivesReading? previous, DrivesReading now) =>
        [.. previous?.Drives.Select(drive => drive.Drive.Device)
            .Except(now.Drives.Select(drive => drive.Drive.Device), StringComparer.Ordinal) ?? []];

    private void Remove(ImmutableArray<string> devices)
    {
        foreach (var device in devices)
            File.Delete(Path.Combine(folder, $"{device}.json"));
    }
}
