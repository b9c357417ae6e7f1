using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.IntegrationTests.Check;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Backups;

/// <summary>Snapshots of real members of every version on this machine.</summary>
public sealed class RealSnapshotTests : IDisposable
{
    private readonly CheckFolder _folder = new();

    public static TheoryData<string> Versions => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_snapshot_is_valid_and_with_one_flipped_byte_it_is_not(string etcd)
    {
        await using var cluster = await StartAsync(etcd);
        var path = await SaveAsync(cluster);

        Assert.Equal(SnapshotCheck.Valid, Check(path).State);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Equal(SnapshotCheck.Corrupt, Check(path).State);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2 / 4096 * 4096)]);
        Assert.Equal(SnapshotCheck.Corrupt, Check(path).State);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_copy_of_the_database_of_a_stopped_member_cannot_be_verified(string etcd)
    {
        await using var cluster = await StartAsync(etcd);
        cluster.Members[0].Kill();

        Assert.Equal(
            SnapshotCheck.Unverifiable, Check(Path.Combine(cluster.Members[0].Node.DataDir, "member/snap/db")).State);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Check_tells_a_snapshot_and_how_to_restore_it_on_this_node(string etcd)
    {
        await using var cluster = await StartAsync(etcd);
        var path = await SaveAsync(cluster);
        string[] options = ["check", $"--path.rootfs={cluster.Members[0].Node.Root}", "--etcd.processes=false"];

        var (code, output) = await CleanProcess.TryRunAsync(Sentinel.Program, [.. options, $"--backup={path}"]);
        var (missing, _) = await CleanProcess.TryRunAsync(Sentinel.Program, [.. options, "--backup=/nowhere.db"]);

        Assert.True(code == 0, output);
        Assert.StartsWith($"valid: {path}:", output, StringComparison.Ordinal);
        Assert.Contains(
            $"etcdutl snapshot restore {path} --data-dir=/var/lib/etcd --name=cp-1", output, StringComparison.Ordinal);
        Assert.Equal(3, missing);
    }

    [Fact]
    public async Task A_trial_restores_it_with_etcdutl_and_leaves_nothing()
    {
        Assert.SkipWhen(EtcdBinary.V35 is null, "there is no etcd 3.5 with etcdutl");
        await using var cluster = await StartAsync(EtcdBinary.V35!.Etcd);
        var path = await SaveAsync(cluster);
        var trial = Path.Combine(_folder.Path, "trial");
        var tools = Path.GetDirectoryName(EtcdBinary.V35.Etcd);
        string[] options =
        [
            $"PATH={tools}:/usr/bin:/bin", Sentinel.Program, "check", $"--path.rootfs={cluster.Members[0].Node.Root}",
            "--etcd.processes=false", $"--backup={path}",
        ];

        var (code, output) = await CleanProcess.TryRunAsync("env", [.. options, $"--restore-into={trial}"]);
        var (exists, _) = await CleanProcess.TryRunAsync("env", [.. options, $"--restore-into={_folder.Path}"]);

        Assert.True(code == 0, output);
        Assert.Contains($"etcdutl restored it into {trial}", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(trial));
        Assert.Equal(2, exists);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<EtcdCluster> StartAsync(string etcd)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Members = 1,
            Binary = EtcdBinary.Available.Single(each => each.Etcd == etcd),
        });
        for (var key = 0; key < 20; key++)
            await cluster.PutAsync($"/registry/pods/default/{key}", new string('x', 20_000));
        return cluster;
    }

    private async Task<string> SaveAsync(EtcdCluster cluster)
    {
        var path = Path.Combine(_folder.Path, "etcd-1.db");
        File.Delete(path);
        await cluster.EtcdctlAsync("snapshot", "save", path);
        return path;
    }

    private static SnapshotCheck Check(string path) =>
        new SnapshotReader(new("/"), 1L << 40, TimeProvider.System).Read(path, new()).Check;
}
