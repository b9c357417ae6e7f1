using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Hashes;

/// <summary><c>check --hash</c> beside real members.</summary>
public sealed class CheckHashTests
{
    private const string Marker = "a value that nothing else has";

    public static TheoryData<string> Versions => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Members_that_agree_are_never_told_to_differ_while_others_write_and_compact(string etcd)
    {
        await using var cluster = await StartAsync(etcd);
        using var stopping = new CancellationTokenSource();
        var writer = WriteAsync(cluster, stopping.Token);

        var (code, output) = await RunAsync(cluster);
        await stopping.CancelAsync();
        var writes = await writer;

        Assert.True(code == 0, output);
        Assert.Contains("The members agree.", output, StringComparison.Ordinal);
        Assert.Contains("about", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.True(writes > 10, $"{writes} writes");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_value_that_was_altered_on_one_member_is_told(string etcd)
    {
        await using var cluster = await StartAsync(etcd);
        var victim = cluster.Members[2];
        var database = Path.Combine(victim.Node.DataDir, "member/snap/db");
        await Wait.UntilAsync(() => Task.FromResult(Find(Read(database)) >= 0), "the value is committed");
        victim.Kill();
        Alter(database);
        victim.Start();
        await cluster.WaitHealthyAsync();

        var (code, output) = await RunAsync(cluster);

        Assert.True(code == 2, output);
        Assert.Contains("cp-1, cp-2 (", output, StringComparison.Ordinal);
        Assert.Contains("; cp-3 (", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split('\n').Count(
            line => line.StartsWith("round ", StringComparison.Ordinal)
                && line.Contains("differ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_member_that_is_down_and_a_database_above_the_limit_are_refused()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd);
        var large = await RunAsync(cluster, "--max-db=1MiB");
        cluster.Members[2].Kill();

        var down = await RunAsync(cluster);

        Assert.Equal((3, 3), (large.Code, down.Code));
        Assert.Contains("refused: cp-1 has a database of", large.Output, StringComparison.Ordinal);
        Assert.Contains("refused: cp-3 does not answer", down.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clusters_of_one_node_are_compared_one_after_the_other_each_with_its_own_files()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd);
        await using var events = await EtcdCluster.StartAsync(new() { Form = NodeForm.Systemd });
        await events.PutAsync("/registry/events/default/one", "value");
        AddToNode(events.Members[0].Node, cluster.Members[0].Node);

        var (code, output) = await RunAsync(cluster);

        Assert.True(code == 0, output);
        Assert.True(output.Split('\n').Count(line => line == "The members agree.") == 2, output);
        Assert.Contains($"Cluster of {events.Members[0].ClientUrl.OriginalString}", output, StringComparison.Ordinal);
    }

    // Beside the static pod a unit of systemd, whose etcd has a CA of its own.
    private static void AddToNode(NodeFolder other, NodeFolder node)
    {
        var (pki, unit) = (node.EtcdPki("events"), (node with { Form = NodeForm.Systemd }).Manifest);
        var enabled = Path.Combine(Path.GetDirectoryName(unit)!, "multi-user.target.wants");
        Directory.CreateDirectory(pki);
        Directory.CreateDirectory(enabled);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(other.EtcdPki("ca.crt"))!))
            File.Copy(file, Path.Combine(pki, Path.GetFileName(file)));
        File.WriteAllText(unit, File.ReadAllText(other.Manifest)
            .Replace("pki/etcd/", "pki/etcd/events/", StringComparison.Ordinal)
            .Replace("=/var/lib/etcd", "=/var/lib/etcd-events", StringComparison.Ordinal));
        File.CreateSymbolicLink(Path.Combine(enabled, "etcd.service"), "../etcd.service");
    }

    private static async Task<EtcdCluster> StartAsync(string etcd)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Binary = EtcdBinary.Available.Single(each => each.Etcd == etcd),
            // A member whose data was altered would not start.
            ExtraFlags = ["--experimental-initial-corrupt-check=false"],
        });
        for (var key = 0; key < 30; key++)
            await cluster.PutAsync($"/registry/pods/default/{key}", new string('x', 50_000));
        await cluster.PutAsync("/registry/secrets/default/marked", Marker);
        return cluster;
    }

    private static async Task<(int Code, string Output)> RunAsync(EtcdCluster cluster, params string[] options)
    {
        var (code, output) = await CleanProcess.TryRunAsync(Sentinel.Program,
        [
            "check", "--hash", "--pause=1s", "--window=1s", $"--path.rootfs={cluster.Members[0].Node.Root}",
            "--etcd.processes=false", .. options,
        ]);
        return (code, output);
    }

    private static async Task<int> WriteAsync(EtcdCluster cluster, CancellationToken stopping)
    {
        var writes = 0;
        while (!stopping.IsCancellationRequested)
        {
            await cluster.EtcdctlAsync("put", "/registry/leases/one", writes.ToString(CultureInfo.InvariantCulture));
            writes++;
        }
        return writes;
    }

    // etcd holds a lock on its database, which the streams of .NET respect.
    private static byte[] Read(string path)
    {
        using var file = RegularFile.Open(path, path, out var status);
        var bytes = new byte[status.Size];
        return bytes[..RandomAccess.Read(file, bytes, 0)];
    }

    // In all pages that have it, the live one and older ones.
    private static void Alter(string database)
    {
        var bytes = File.ReadAllBytes(database);
        for (var at = Find(bytes); at >= 0; at = Find(bytes))
            bytes[at] ^= 1;
        File.WriteAllBytes(database, bytes);
    }

    private static int Find(byte[] bytes) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker));
}
