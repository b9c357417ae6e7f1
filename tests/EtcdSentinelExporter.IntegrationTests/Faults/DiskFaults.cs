using System.Collections.Immutable;
using EtcdSentinelExporter.IntegrationTests.Storage;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Faults of disks, file systems and the programs that read them.</summary>
internal static class DiskFaults
{
    private const string Storage = "storage";
    private const string Drives = "drives";
    private const string DataDir = "--storage.data-dir=/data";
    private static readonly (string, string) EtcdData = ("role", "etcd_data");

    public static ImmutableArray<Fault> All { get; } =
        [SlowDisk, FullDisk, ReadOnlyDisk, HungFolder, GoneFolder, HungDrive, FrozenDrive, NoSmartctl, OddSmartctl];

    private static Fault SlowDisk => new("The disk is slow", "strace delays each fsync of etcd by 300 ms")
    {
        Signs = [Sign.Is("members", "member_up", 1)],
        Alerts = ["EtcdHighFsyncDuration"],
        Remark = "`etcd_disk_wal_fsync_duration_seconds` on `/etcd/metrics` shows the delay. On a real disk "
            + "`etcd_sentinel_disk_flush_latency_seconds` does so too.",
        IsSlow = true,
        Obstacle = () => File.Exists("/usr/bin/strace") ? null : "Needs strace: scripts/lab install --with-strace.",
        CheckAsync = SlowWrites.CheckAsync,
    };

    private static Fault FullDisk => new("The disk is full", "a file fills a loop device with ext4")
    {
        Signs =
        [
            Sign.IsBelow(Storage, "filesystem_avail_bytes", 1 << 20, EtcdData),
            Sign.Is(Storage, "poll_success", 1, ("collector", Storage)),
        ],
        Alerts = ["EtcdDataDirLowSpace"],
        Obstacle = () => Machine.FileSystem("ext4"),
        ArrangeAsync = async node =>
        {
            node.Owned.Add(await LoopDisk.CreateAsync(Data(node)));
            node.Settings.Add(DataDir);
        },
        InjectAsync = node => CleanProcess.RunAsync(
            "/bin/sh", ["-c", $"dd if=/dev/zero of='{Data(node)}/big' bs=1M 2>/dev/null || true"]),
        HealAsync = node =>
        {
            File.Delete(Path.Combine(Data(node), "big"));
            return Task.CompletedTask;
        },
    };

    private static Fault ReadOnlyDisk => new("A file system turns read-only", "ext4 is told that its disk failed")
    {
        Signs = [Sign.Is(Storage, "filesystem_readonly", 1, EtcdData)],
        Alerts = ["EtcdDataDirUnusable"],
        Test = "FailedFileSystemTests.A_file_system_takes_no_writes_after_an_error_of_its_disk",
    };

    private static Fault HungFolder => new("A folder never answers", "a FUSE file system without a server")
    {
        Signs =
        [
            Sign.Is(Storage, "data_dir_state", 1, ("role", "etcd_wal"), ("state", "unreadable")),
            Sign.Is(Storage, "disk_role_unresolved", 1, ("role", "etcd_wal"), ("reason", "unreadable")),
            Sign.Stays(Storage, "filesystem_avail_bytes", EtcdData),
            Sign.Is(Storage, "poll_success", 1, ("collector", Storage)),
        ],
        Alerts = ["EtcdDataDirUnusable"],
        Test = "HungFolderTests.A_folder_that_hangs_is_said_and_hides_nothing_else",
    };

    private static Fault GoneFolder => new("The data directory is gone", "the folder is removed")
    {
        Signs = [Sign.Is(Storage, "data_dir_state", 1, EtcdData, ("state", "missing"))],
        Alerts = ["EtcdDataDirGone"],
        ArrangeAsync = node =>
        {
            node.Settings.Add(DataDir);
            return WriteDataAsync(node);
        },
        InjectAsync = node =>
        {
            Directory.Delete(Data(node), recursive: true);
            return Task.CompletedTask;
        },
        HealAsync = WriteDataAsync,
    };

    private static Fault HungDrive => new("A drive does not answer smartctl", "a smartctl that never ends")
    {
        Signs = [Sign.Is(Drives, "disk_read_state", 1, ("state", "timeout"))],
        Alerts = ["DiskUnreadable"],
        Remark = "Other drives are read, and a scrape does not wait.",
        Test = "RunningTests.While_one_drive_hangs_the_other_is_read",
    };

    private static Fault FrozenDrive => new(
        "smartctl cannot be killed", "fsfreeze: the process waits inside the kernel")
    {
        Signs = [Sign.Is(Drives, "disk_read_state", 1, ("state", "hung"))],
        Alerts = ["DiskHung"],
        Remark = "No second smartctl is started on the drive until the first is gone.",
        Test = "FrozenDiskTests.Whoever_waits_inside_the_kernel_is_in_quarantine_until_it_is_gone",
    };

    private static Fault NoSmartctl => new("smartctl is missing", "a path that does not exist")
    {
        Signs = [Sign.Is(Drives, "disk_read_state", 1, ("state", "command"))],
        Alerts = ["DiskUnreadable"],
        Test = "StandInTests.One_that_is_missing_is_named_together_with_the_setting",
    };

    private static Fault OddSmartctl => new(
        "smartctl crashes or prints half a report", "scripts in its place, among them one that prints a gigabyte")
    {
        Signs = [Sign.Is(Drives, "disk_read_state", 1, ("state", "parse"))],
        Alerts = ["DiskUnreadable"],
        Test = "StandInTests.Whatever_it_does_there_is_an_answer",
    };

    private static async Task WriteDataAsync(FaultNode node)
    {
        foreach (var file in new[] { "member/snap/db", "member/wal/0.wal" })
        {
            var path = Path.Combine(Data(node), file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "a");
        }
    }

    // A folder of the node, whose root is the setting path.rootfs.
    private static string Data(FaultNode node) => Path.Combine(node.Member.Node.Root, "data");
}
