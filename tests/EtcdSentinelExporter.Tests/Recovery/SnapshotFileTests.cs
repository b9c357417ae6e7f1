using System.Security.Cryptography;
using EtcdSentinelExporter.Recovery;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData(8192, false, true)]
    [InlineData(8192, true, false)]
    [InlineData(8000, false, false)]
    [InlineData(0, false, false)]
    public async Task The_hash_at_the_end_decides(int bytes, bool isDamaged, bool isWhole)
    {
        var data = new byte[bytes];
        RandomNumberGenerator.Fill(data);
        var hash = SHA256.HashData(data);
        if (isDamaged)
            data[^1] ^= 1;
        await File.WriteAllBytesAsync(_file, [.. data, .. hash], TestContext.Current.CancellationToken);

        Assert.Equal(isWhole, await SnapshotFile.IsWholeAsync(_file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_a_run_that_was_cut_off_left_is_removed_and_nothing_else()
    {
        File.WriteAllText($"{_file}.part", "half");

        SnapshotFile.RemovePart(_file);

        Assert.Equal((true, false), (File.Exists(_file), File.Exists($"{_file}.part")));
    }

    [Fact]
    public async Task A_part_that_exists_is_of_somebody_else_and_stays()
    {
        await File.WriteAllTextAsync($"{_file}.part", "of another run", TestContext.Current.CancellationToken);

        // It is not even asked for one.
        await Assert.ThrowsAsync<IOException>(() => new SnapshotFile(new()).SaveAsync(
            null!, 1000, _file, TestContext.Current.CancellationToken));

        Assert.True(File.Exists($"{_file}.part"));
        File.Delete($"{_file}.part");
    }

    [Fact]
    public void It_needs_a_little_more_than_the_database_and_its_name_has_the_time()
    {
        Assert.Equal(1000 + (64 << 20), SnapshotFile.NeededBytes(1000));
        Assert.Equal(
            "etcd-before-recovery-20260102-030405.db",
            SnapshotFile.NameAt(new(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1))));
    }

    public void Dispose() => File.Delete(_file);
}
