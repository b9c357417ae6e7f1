using System.Collections.Immutable;
using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups;

public sealed class BackupsProbeTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TempNode _node = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private int _reads;

    [Fact]
    public async Task Nothing_configured_and_nothing_found_is_no_folder()
    {
        var reading = await PollAsync([]);

        Assert.Empty(reading.Folders);
        Assert.False(reading.IsExpected);
    }

    [Fact]
    public async Task A_folder_that_is_missing_and_one_without_a_file_are_two_things()
    {
        Directory.CreateDirectory(_node.Real("/empty"));

        var reading = await PollAsync(["/missing", "/empty"]);

        Assert.Equal([BackupFolder.Missing, BackupFolder.Empty], reading.Folders.Select(folder => folder.State));
        Assert.True(reading.IsExpected);
        Assert.Null(reading.NewestGood);
    }

    [Fact]
    public async Task A_link_to_a_folder_on_another_disk_is_followed()
    {
        With("/mnt/nfs/etcd-1.db", SomeSnapshots.Snapshot(), Hour);
        _node.WithLink("/backup", "/mnt/nfs");

        Assert.Equal(["/backup/etcd-1.db valid"], Files(await PollAsync(["/backup"])));
    }

    [Fact]
    public async Task Files_are_verified_within_one_poll_and_the_newest_good_one_counts()
    {
        With("/backup/etcd-1.db", SomeSnapshots.Snapshot(), 3 * Hour);
        With("/backup/etcd-2.db", SomeSnapshots.Flipped(SomeSnapshots.Snapshot(), 90_000), 2 * Hour);
        With("/backup/etcd-3.db", new byte[10_000], Hour);
        With("/backup/db", SomeSnapshots.Database(), 4 * Hour);
        With("/backup/notes.txt", [1], Hour);
        With("/backup/etcd-pki.tar.gz", SomeSnapshots.Gzip([1, 2]), Hour);

        var reading = await PollAsync(["/backup"]);

        Assert.Equal(
            ["/backup/etcd-3.db corrupt", "/backup/etcd-2.db corrupt", "/backup/etcd-1.db valid",
                "/backup/db unverifiable"],
            Files(reading).Where(file => !file.Contains("pki", StringComparison.Ordinal)));
        Assert.Equal("/backup/etcd-1.db", reading.NewestGood!.Path);
        Assert.Equal(5, reading.Folders[0].Count);
    }

    [Fact]
    public async Task What_is_still_written_is_not_read_and_not_called_corrupt()
    {
        With("/backup/etcd-1.db", SomeSnapshots.Snapshot()[..9000], TimeSpan.FromSeconds(5));
        With("/backup/etcd-2.db.part", SomeSnapshots.Snapshot()[..9000], Hour);

        Assert.Equal(["/backup/etcd-1.db writing"], Files(await PollAsync(["/backup"])));
        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task A_file_is_read_once_and_again_when_it_changed()
    {
        With("/backup/etcd-1.db", SomeSnapshots.Snapshot(), 3 * Hour);
        With("/backup/other-etcd-2", [1, 2, 3], 3 * Hour);
        var probe = Probe(["/backup"]);

        var first = await probe.ReadAsync(null, CancellationToken.None);
        var second = await probe.ReadAsync(first, CancellationToken.None);
        With("/backup/etcd-1.db", SomeSnapshots.Flipped(SomeSnapshots.Snapshot(), 50_000), 2 * Hour);
        var third = await probe.ReadAsync(second, CancellationToken.None);

        Assert.Equal(["/backup/etcd-1.db valid", "/backup/other-etcd-2 other"], Files(second).Order());
        Assert.Equal(["/backup/etcd-1.db corrupt", "/backup/other-etcd-2 other"], Files(third).Order());
        Assert.Equal(3, _reads);
    }

    [Fact]
    public async Task Of_ten_thousand_files_the_newest_sixteen_are_read()
    {
        Directory.CreateDirectory(_node.Real("/backup"));
        for (var number = 0; number < 10_000; number++)
            With($"/backup/etcd-{number}.db", [], 2 * Hour);
        With("/backup/etcd-newest.db", SomeSnapshots.Snapshot(), Hour);

        var folder = Assert.Single((await PollAsync(["/backup"])).Folders);

        Assert.Equal((10_001, 16), (folder.Count, folder.Newest.Length));
        Assert.Equal("/backup/etcd-newest.db", folder.NewestGood!.Path);
        Assert.Equal(16, _reads);
    }

    [Fact]
    public async Task Backups_in_folders_of_their_own_are_found()
    {
        With("/backup/2026-11-30/snapshot_1.db", SomeSnapshots.Snapshot(), Hour);
        With("/backup/2026-11-30/static_kuberesources_1.tar.gz", [1], Hour);

        Assert.Equal(["/backup/2026-11-30/snapshot_1.db valid"], Files(await PollAsync(["/backup"])));
    }

    [Fact]
    public async Task A_usual_folder_counts_once_it_has_a_snapshot()
    {
        With("/var/backups/etcd/etcd-notes", [1, 2], Hour);
        Assert.Empty((await PollAsync([])).Folders);

        With("/var/backups/etcd/etcd-1.db", SomeSnapshots.Snapshot(), Hour);
        var reading = await PollAsync([]);

        Assert.Equal(BackupSource.Usual, Assert.Single(reading.Folders).Of.Source);
        Assert.True(reading.IsExpected);
    }

    [Fact]
    public async Task A_file_without_permission_is_unreadable_and_not_corrupt()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read any file");
        With("/backup/etcd-1.db", SomeSnapshots.Snapshot(), Hour);
        File.SetUnixFileMode(_node.Real("/backup/etcd-1.db"), UnixFileMode.None);

        Assert.Equal(["/backup/etcd-1.db unreadable"], Files(await PollAsync(["/backup"])));
    }

    [Fact]
    public async Task A_disk_that_hangs_keeps_no_poll_waiting_and_other_disks_are_verified()
    {
        With("/backup/etcd-1.db", SomeSnapshots.Snapshot(), Hour);
        using var release = new ManualResetEventSlim();
        var probe = Probe(["/backup"], (path, progress) =>
        {
            release.Wait();
            return Read(path, progress);
        });

        var last = await probe.ReadAsync(null, CancellationToken.None);
        Assert.Equal(["/backup/etcd-1.db pending"], Files(last));
        await Eventually.IsAsync(() => IsAsync("unreadable"), "the disk is given up");
        release.Set();
        await Eventually.IsAsync(() => IsAsync("valid"), "the disk answers again");

        async Task<bool> IsAsync(string state)
        {
            last = await probe.ReadAsync(last, CancellationToken.None);
            return Files(last).SequenceEqual([$"/backup/etcd-1.db {state}"]);
        }
    }

    [Fact]
    public async Task The_schedule_of_k3s_gives_the_limit_of_the_age()
    {
        var reading = await PollAsync([], new SnapshotSchedule("/snapshots", "0 */4 * * *"));

        Assert.Equal((8 * Hour, true), (reading.MaxAge, reading.IsExpected));
        Assert.Equal(BackupFolder.Missing, Assert.Single(reading.Folders).State);
    }

    public void Dispose() => _node.Dispose();

    private static IEnumerable<string> Files(BackupsReading reading) =>
        reading.Folders.SelectMany(folder => folder.Newest).Select(file => $"{file.Path} {file.Check.State}");

    private void With(string path, byte[] content, TimeSpan age)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_node.Real(path))!);
        File.WriteAllBytes(_node.Real(path), content);
        File.SetLastWriteTimeUtc(_node.Real(path), (_now - age).UtcDateTime);
    }

    private async Task<BackupsReading> PollAsync(ImmutableArray<string> folders, SnapshotSchedule? schedule = null) =>
        await Probe(folders, Read, schedule).ReadAsync(null, CancellationToken.None);

    private BackupsProbe Probe(ImmutableArray<string> folders) => Probe(folders, Read);

    private BackupsProbe Probe(
        ImmutableArray<string> folders, Func<string, ReadProgress, (SnapshotCheck, FileIdentity?)> read,
        SnapshotSchedule? schedule = null)
    {
        var etcd = new EtcdInstallation
        {
            Kind = "k3s",
            Source = "/etc/k3s",
            QuotaIsKnown = true,
            ClientCertAuth = true,
            Snapshots = schedule,
        };
        return new(
            _ => Task.FromResult(new EtcdDiscovered([etcd], [], [])), new(_node.Root),
            new(_ => Task.FromResult(DiskRoles.Unknown), (_, _) => Task.FromResult(ImmutableArray<RolePlace>.Empty)),
            new(read, TimeProvider.System),
            new(folders, 26 * Hour, Patience: read == Read ? Patience.Limit : TimeSpan.FromMilliseconds(50))
            {
                FolderLimit = Patience.Limit,
            },
            TimeProvider.System);
    }

    private (SnapshotCheck, FileIdentity?) Read(string path, ReadProgress progress)
    {
        Interlocked.Increment(ref _reads);
        return new SnapshotReader(new(_node.Root), 1L << 40, TimeProvider.System).Read(path, progress);
    }
}
