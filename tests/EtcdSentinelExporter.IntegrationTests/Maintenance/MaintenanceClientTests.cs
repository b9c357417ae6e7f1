using System.Security.Cryptography;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>Single calls of the room that writes, on a real member with TLS.</summary>
public sealed class MaintenanceClientTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task A_snapshot_is_the_file_and_its_hash_and_a_longer_one_than_allowed_is_an_error(string etcd)
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, Binary = EtcdBinary.Available.Single(each => each.Etcd == etcd) });
        await cluster.PutAsync("/registry/big", new string('x', 1 << 20));
        await using var services = Defragmenting.Services(cluster.Members[0]);
        var facts = services.GetRequiredService<MaintenanceCluster>();
        await facts.ReadAsync(Stopping);
        using var saved = new MemoryStream();

        var bytes = await SnapshotDownload.SaveAsync(facts.Own.Etcd, saved, 100 << 20, Patience.Limit, Stopping);
        var tooLong = await Assert.ThrowsAsync<EtcdException>(() => SnapshotDownload.SaveAsync(
            facts.Own.Etcd, new MemoryStream(), 1 << 20, Patience.Limit, Stopping));

        Assert.Equal(saved.Length, bytes);
        Assert.Equal(32, bytes % 512);
        Assert.Equal(SHA256.HashData(saved.ToArray().AsSpan(..^32)), saved.ToArray()[^32..]);
        Assert.Equal(EtcdReason.TooLarge, tooLong.Reason);
    }

    [Fact]
    public async Task NOSPACE_is_disarmed_after_a_compaction_and_a_defragmentation()
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, ExtraFlags = ["--quota-backend-bytes=16777216"] });
        await cluster.FillAsync(1 << 20);
        await using var services = Defragmenting.Services(cluster.Members[0]);
        var facts = services.GetRequiredService<MaintenanceCluster>();
        var full = await facts.ReadAsync(Stopping);
        var id = full.Members[0].Id;
        var client = facts.Member(id).Client;

        await client.CompactAsync(full.Members[0].State!.Revision, isPhysical: true, Stopping);
        await client.DefragmentAsync(Stopping);
        await client.DisarmNoSpaceAsync(id, Stopping);
        var after = await facts.ReadAsync(Stopping);

        Assert.True(full.HasAlarm(MaintenanceClient.NoSpace));
        Assert.False(after.HasAlarm(MaintenanceClient.NoSpace));
        Assert.True(after.Members[0].State!.DbBytes < full.Members[0].State!.DbBytes);
        Assert.Equal(16 << 20, after.Members[0].State!.QuotaBytes);
        Assert.NotNull(after.Members[0].State!.DefragmentationSeconds);
        Assert.NotNull(after.Members[0].FreeBytes);
        Assert.Equal("etcd", Assert.Single(after.Probes).Component);
        await cluster.EtcdctlAsync("put", "after", "it");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.DisarmNoSpaceAsync(0, Stopping));
    }

    [Fact]
    public async Task The_facts_name_every_member_from_any_node()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        // etcd adds members only once its peers have been connected for some seconds.
        await Wait.UntilAsync(AddsMembersAsync, "a member can be added");
        await using var services = Defragmenting.Services(cluster.Members[1]);

        var facts = await services.GetRequiredService<MaintenanceCluster>().ReadAsync(Stopping);

        Assert.Equal(["cp-1", "cp-2", "cp-3"], facts.StartedVoters.Select(member => member.Name).Order());
        Assert.Equal("cp-2", Assert.Single(facts.Members, member => member.IsOwn).Name);
        Assert.False(Assert.Single(facts.Members, member => member.IsLearner).IsStarted);
        Assert.Single(facts.Members, member => member.FreeBytes is not null);
        Assert.NotNull(facts.Leader);

        async Task<bool> AddsMembersAsync()
        {
            try
            {
                await cluster.EtcdctlAsync("member", "add", "later", "--learner", "--peer-urls=https://127.0.0.1:1");
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }
}
