using System.Collections.Immutable;
using EtcdSentinelExporter.Backups;

namespace EtcdSentinelExporter.Tests.Backups;

/// <summary>Readings of backups.</summary>
internal static class SomeBackups
{
    public static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static BackupsReading Reading(params ImmutableArray<BackupFolder> folders) =>
        new(Now, folders) { MaxAge = TimeSpan.FromHours(26), VerifiedBytes = 3_000_000 };

    public static BackupFolder Folder(params ImmutableArray<BackupFile> files) =>
        new(new("/backup", BackupSource.Settings) { IsExpected = true }, BackupFolder.Ok, files)
        {
            Count = files.Length,
            Bytes = files.Sum(file => (double)file.Bytes),
            Space = new(100e9, 60e9, 50e9, null, null),
            IsOnEtcdDisk = false,
            IsLocal = false,
        };

    public static BackupFile File(string name, double hours, string state, long bytes = 20_000_032) => new(
        $"/backup/{name}", new(1, (ulong)(hours * 60), (ulong)bytes, Now.AddHours(-hours)),
        new(state, "As it is.") { ContentBytes = bytes });
}
