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

    public void Dispose() => File.Delete(_file);
}
