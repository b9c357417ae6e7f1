using System.Formats.Tar;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups.Snapshots;

public sealed class SnapshotReaderTests : IDisposable
{
    private const double Fast = 1L << 40;

    private readonly TempNode _node = new();

    [Fact]
    public void A_snapshot_whose_hash_matches_is_valid()
    {
        var check = Check(SomeSnapshots.Snapshot());

        Assert.Equal((SnapshotCheck.Valid, (40 * 4096) + 32), (check.State, check.ContentBytes));
    }

    [Theory]
    [InlineData(3 * 4096)]
    [InlineData(100_000)]
    [InlineData((40 * 4096) + 31)]
    public void One_flipped_bit_is_found_wherever_it_is(int at)
    {
        var check = Check(SomeSnapshots.Flipped(SomeSnapshots.Snapshot(), at));

        Assert.Equal(SnapshotCheck.Corrupt, check.State);
        Assert.Contains("altered", check.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(30 * 4096)]
    [InlineData((30 * 4096) + 32)]
    public void A_truncated_snapshot_is_corrupt_also_where_its_length_is_that_of_a_database(int length)
    {
        var check = Check(SomeSnapshots.Snapshot()[..length]);

        Assert.Equal(SnapshotCheck.Corrupt, check.State);
        Assert.Contains("truncated", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_database_has_no_hash_and_is_not_called_corrupt() =>
        Assert.Equal(SnapshotCheck.Unverifiable, Check(SomeSnapshots.Database()).State);

    [Fact]
    public void A_snapshot_with_something_behind_it_is_corrupt() =>
        Assert.Equal(SnapshotCheck.Corrupt, Check([.. SomeSnapshots.Snapshot(), 1, 2, 3]).State);

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData((40 * 4096) + 32)]
    public void Zeros_are_no_database(int length) => Assert.Equal(SnapshotCheck.Other, Check(new byte[length]).State);

    [Fact]
    public void Compressed_snapshots_are_verified_by_their_content()
    {
        Assert.Equal(SnapshotCheck.Valid, Check(SomeSnapshots.Gzip(SomeSnapshots.Snapshot())).State);
        Assert.Equal(SnapshotCheck.Valid, Check(SomeSnapshots.Zip(SomeSnapshots.Snapshot())).State);
        var flipped = SomeSnapshots.Flipped(SomeSnapshots.Snapshot(), 90_000);
        Assert.Equal(SnapshotCheck.Corrupt, Check(SomeSnapshots.Gzip(flipped)).State);
        Assert.Equal(SnapshotCheck.Corrupt, Check(SomeSnapshots.Zip(flipped)).State);
    }

    [Fact]
    public void Compressed_snapshots_that_are_cut_or_damaged_are_corrupt()
    {
        foreach (var whole in new[]
        {
            SomeSnapshots.Gzip(SomeSnapshots.Snapshot()), SomeSnapshots.Zip(SomeSnapshots.Snapshot()),
        })
        {
            Assert.Equal(SnapshotCheck.Corrupt, Check(whole[..(whole.Length / 2)]).State);
            Assert.Equal(SnapshotCheck.Corrupt, Check(whole[..20]).State);
            Assert.Equal(SnapshotCheck.Corrupt, Check(SomeSnapshots.Flipped(whole, whole.Length / 2)).State);
        }
    }

    [Fact]
    public void The_snapshot_in_a_backup_of_k0s_is_found()
    {
        Assert.Equal(SnapshotCheck.Valid, Check(Tar("etcd-snapshot.db", SomeSnapshots.Snapshot()), ".tar.gz").State);
        Assert.Equal(SnapshotCheck.Other, Check(Tar("notes", [1, 2, 3]), ".tar.gz").State);
    }

    [Fact]
    public void A_content_that_expands_without_end_is_given_up()
    {
        var abandoned = new ReadProgress();
        abandoned.Abandon();
        File.WriteAllBytes(_node.Real("/bomb"), SomeSnapshots.Gzip(SomeSnapshots.Snapshot()));

        Assert.Throws<OperationCanceledException>(
            () => Reader(TimeProvider.System).Read("/bomb", abandoned));
    }

    [Fact]
    public void Other_things_than_files_are_not_opened()
    {
        Directory.CreateDirectory(_node.Real("/folder"));

        var (check, of) = Reader(TimeProvider.System).Read("/folder", new());

        Assert.Equal((SnapshotCheck.Unreadable, null), (check.State, of));
    }

    [Fact]
    public async Task The_rate_is_not_exceeded()
    {
        var clock = new FakeClock();
        await File.WriteAllBytesAsync(_node.Real("/file"), SomeSnapshots.Snapshot(pages: 32));
        var progress = new ReadProgress();

        var reading = Task.Run(() => Reader(clock, 1 << 16).Read("/file", progress));
        await clock.TimerAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(1));

        // One second's worth was read, and no more.
        Assert.Equal(1 << 16, progress.Bytes);
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.TimerAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        Assert.Equal(2 << 16, progress.Bytes);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SnapshotCheck.Valid, (await Eventually.EndsAsync(reading)).Check.State);
    }

    public void Dispose() => _node.Dispose();

    private SnapshotCheck Check(byte[] bytes, string extension = "")
    {
        var path = _node.Real("/file" + extension);
        File.WriteAllBytes(path, bytes);
        return Reader(TimeProvider.System).Read("/file" + extension, new()).Check;
    }

    private SnapshotReader Reader(TimeProvider clock, double bytesPerSecond = Fast) =>
        new(new(_node.Root), bytesPerSecond, clock);

    private static byte[] Tar(string name, byte[] content)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var (entry, bytes) in new[] { ("k0s.yaml", new byte[] { 1 }), (name, content) })
            {
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, entry)
                {
                    DataStream = new MemoryStream(bytes),
                });
            }
        }
        return SomeSnapshots.Gzip(memory.ToArray());
    }
}
