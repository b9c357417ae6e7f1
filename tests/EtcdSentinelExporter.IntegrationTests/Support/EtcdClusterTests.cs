using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

public sealed class EtcdClusterTests
{
    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task A_paused_member_does_not_answer_until_it_goes_on(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await EtcdCluster.StartAsync(new() { Binary = binary });
        var member = cluster.Members[2];

        await member.PauseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await cluster.EtcdctlAsync(member, "--command-timeout=1s", "endpoint", "status"));

        await member.ResumeAsync();
        await cluster.WaitHealthyAsync();
        Assert.Contains(member.Name, await cluster.EtcdctlAsync(member, "member", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kubeadm", "127.0.0.1")]
    [InlineData("systemd", "127.0.0.1")]
    [InlineData("k3s", "127.0.0.1")]
    [InlineData("kubeadm", "::1")]
    public async Task The_exporter_finds_a_member_by_the_files_of_its_distribution(string form, string address)
    {
        await using var cluster = await EtcdCluster.StartAsync(new()
        {
            Members = 1,
            Form = Enum.Parse<NodeForm>(form, ignoreCase: true),
            Addresses = [IPAddress.Parse(address)],
        });

        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0]);

        Assert.True((await sentinel.ScrapeAsync()).Has("etcd_sentinel_etcd_config_info", form));
    }

    [Fact]
    public async Task A_killed_member_comes_back_with_its_data()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        var member = cluster.Members[0];
        await cluster.EtcdctlAsync("put", "key", "kept");

        member.Kill();
        Assert.False(member.Runs);
        member.Start();
        await cluster.WaitHealthyAsync();

        Assert.Equal("key\nkept\n", await cluster.EtcdctlAsync(member, "get", "key"));
    }

    [Fact]
    public async Task A_small_quota_ends_in_the_alarm()
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, Tls = false, ExtraFlags = ["--quota-backend-bytes=100000"] });

        await cluster.FillAsync();

        Assert.Contains("NOSPACE", await cluster.EtcdctlAsync("alarm", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_follows_without_a_vote()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });

        var learner = await cluster.AddLearnerAsync();

        var status = await cluster.EtcdctlAsync(learner, "endpoint", "status", "-w", "json");
        Assert.Contains("\"isLearner\":true", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_leaf_is_served_from_the_next_handshake_on()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var now = TimeProvider.System.GetUtcNow();

        cluster.Pki.Issue(member.Node, member.Name, Leaf.Server, now.AddDays(-2), now.AddDays(-1));

        Assert.True(await ServedUntilAsync(member.Ports.Client) < now);
    }

    [Fact]
    public async Task A_cluster_leaves_neither_process_nor_folder()
    {
        var cluster = await EtcdCluster.StartAsync(new() { Members = 1, Tls = false });
        var root = cluster.Members[0].Node.Root;
        var process = $"/proc/{cluster.Members[0].ProcessId}";
        Assert.True(Directory.Exists(process));

        await cluster.DisposeAsync();

        Assert.False(Directory.Exists(root));
        Assert.False(Directory.Exists(process));
    }

    /// <summary>Returns notAfter of the certificate that the port serves. The handshake is aborted
    /// afterwards.</summary>
    private static async Task<DateTimeOffset?> ServedUntilAsync(int port)
    {
        DateTimeOffset? until = null;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, served, _, _) =>
        {
            until = served is X509Certificate2 leaf ? new DateTimeOffset(leaf.NotAfter) : null;
            return false;
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync("localhost"));
        return until;
    }
}
