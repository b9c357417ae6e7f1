using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Table about the folders with backups.</summary>
internal static class BackupTable
{
    public static ReportTable Of(BackupsReading? reading) => ReportTable.Of(
        "backups", "Backups of etcd on this node", reading?.Folders ?? [],
        new("path", "Folder", folder => ReportCell.Of(BackupsMetrics.Cut(folder.Of.Path))),
        new("source", "Found by", folder => ReportCell.Of(folder.Of.Source), isExtra: true),
        new("state", "State", folder => ReportCell.Of(folder.State) with
        {
            Level = folder.State is BackupFolder.Ok or BackupFolder.Empty ? null : Severity.Warning,
        }),
        new("files", "Files", folder => ReportCell.Of(folder.Count), isNumber: true),
        new("newest_age_seconds", "Newest good", folder => Age(reading!, folder.NewestGood), isNumber: true),
        new("newest_bytes", "Size", folder => ReportCell.Bytes(folder.NewestGood?.Bytes), isNumber: true),
        new("newest_state", "Verified", folder => ReportCell.Of(folder.NewestGood?.Check.State)),
        new("corrupt", "Corrupt", folder => ReportCell.Of(folder.CountOf(SnapshotCheck.Corrupt)) with
        {
            Level = folder.Corrupt.Any() ? Severity.Warning : null,
        }, isNumber: true),
        new("available_bytes", "Free", folder => ReportCell.Bytes(folder.Space?.AvailableBytes), isNumber: true,
            isExtra: true),
        new("on_etcd_disk", "On etcd's disk", folder => ReportCell.Of(folder.IsOnEtcdDisk)));

    private static ReportCell Age(BackupsReading reading, BackupFile? newest) =>
        ReportCell.Age(reading.At - newest?.ModifiedAt) with
        {
            Level = reading.IsExpected && reading.At - newest?.ModifiedAt > reading.MaxAge ? Severity.Warning : null,
        };
}
