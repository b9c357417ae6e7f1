using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

/// <summary>Readings of one node with one disk.</summary>
internal static class IoOf
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DiskRole Data = new(DiskRole.EtcdData, "", "/var/lib/etcd");

    public static readonly DiskRole Wal = new(DiskRole.EtcdWal, "", "/var/lib/etcd/member/wal");

    public static readonly DiskCounts Counts = new()
    {
        Reads = 1,
        SectorsRead = 2,
        ReadMilliseconds = 3,
        Writes = 4,
        SectorsWritten = 5,
        WriteMilliseconds = 6,
        Now = 7,
        BusyMilliseconds = 8,
        WeightedMilliseconds = 9,
        Flushes = 10,
        FlushMilliseconds = 11,
    };

    public static readonly DiskLoad Load = new()
    {
        UtilisationRatio = 0.5,
        QueueLength = 2,
        ReadAwaitSeconds = 0.001,
        WriteAwaitSeconds = 0.002,
        FlushesPerSecond = 20,
        FlushLatencySeconds = 0.005,
    };

    public static StorageReading Reading(DiskIo disk, params EtcdFolder[] folders) => new(Now, Roles())
    {
        Io = DiskIoReading.Empty with { ByDisk = DiskIoReading.Empty.ByDisk.Add("sda", disk).Add("sdb", disk) },
        Folders = [.. folders],
    };

    public static EtcdFolder Folder(double available = 50, double backend = 10) => new(
        Data,
        new(SizeBytes: 100, FreeBytes: 60, AvailableBytes: available, Files: 1000, FilesFree: 900),
        IsReadOnly: false,
        new(DirectoryUse.Ok, [new(DirectoryUse.Backend, new(1, backend, 8192))]));

    public static DiskRoles Roles() => new(
    [
        new(Data, "/var/lib/etcd") { Disks = [new("sda", "S1", "partition")] },
        new(new(DiskRole.Root, "", "/"), "/") { Disks = [new("sda", "S1", "partition")] },
    ]);
}
