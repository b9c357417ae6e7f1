using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary>Members that are really full: a small quota, and one key that was overwritten until etcd refused.</summary>
internal static class FullCluster
{
    public const int Quota = 16 << 20;

    public static EtcdBinary Binary(string etcd) => EtcdBinary.Available.Single(each => each.Etcd == etcd);

    public static async Task<EtcdCluster> StartAsync(string etcd, int members)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Binary = Binary(etcd),
            Members = members,
            ExtraFlags = [string.Create(CultureInfo.InvariantCulture, $"--quota-backend-bytes={Quota}")],
        });
        for (var number = 1; number <= 5; number++)
            await cluster.EtcdctlAsync("put", $"/registry/pods/default/web-{number}", "x");
        await cluster.FillAsync(1 << 19);
        return cluster;
    }

    /// <summary>The member on whose node <c>--yes</c> acts.</summary>
    public static async Task<MemberProcess> ActorAsync(EtcdCluster cluster) => cluster.Members
        .Zip(await EndpointStatus.AllAsync(cluster)).MinBy(pair => pair.Second.MemberId).First;

    /// <summary>Hash of all keys and values, in each member's own copy.</summary>
    public static async Task<ImmutableArray<string>> HashesAsync(EtcdCluster cluster)
    {
        var hashes = ImmutableArray.CreateBuilder<string>();
        foreach (var member in cluster.Members)
        {
            var all = await cluster.EtcdctlAsync(member, "get", "", "--prefix", "--consistency=s");
            hashes.Add(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all))));
        }
        return hashes.ToImmutable();
    }

    /// <summary>Writes work, no alarm is active, the files are small, and the data are the same.</summary>
    /// <param name="before">Hashes while it was full.</param>
    public static async Task AssertRecoveredAsync(EtcdCluster cluster, ImmutableArray<string> before)
    {
        Assert.Equal(before, await HashesAsync(cluster));
        Assert.Equal("", await cluster.EtcdctlAsync("alarm", "list"));
        Assert.Equal("OK\n", await cluster.EtcdctlAsync("put", "after", "it"));
        foreach (var member in cluster.Members)
            Assert.InRange((await EndpointStatus.OfAsync(cluster, member)).Number("dbSize"), 1, Quota / 4);
    }

    public static async Task AssertStillFullAsync(EtcdCluster cluster)
    {
        Assert.Contains("NOSPACE", await cluster.EtcdctlAsync("alarm", "list"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.EtcdctlAsync("put", "after", "it"));
    }
}
