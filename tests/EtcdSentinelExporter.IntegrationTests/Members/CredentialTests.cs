using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>Certificates that are wrong, torn, renewed, or not enough.</summary>
public sealed class CredentialTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_renewed_pair_is_taken_up_without_a_restart_and_an_expired_one_is_named()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);

        cluster.Pki.Issue(member.Node, member.Name, Leaf.HealthcheckClient, Now.AddDays(-2), Now.AddDays(-1));
        var expired = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_member_failure", "client_certificate_expired"),
            "the expired certificate is refused");
        cluster.Pki.Issue(member.Node, member.Name, Leaf.HealthcheckClient, Now.AddHours(-1), Now.AddDays(365));
        var renewed = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_member_up") == 1, "the renewed certificate is taken up");

        Assert.Equal(0, expired.Value("etcd_sentinel_member_up"));
        Assert.Equal(1, expired.Value("etcd_sentinel_client_credentials_load_failure", "expired"));
        Assert.Equal(1, renewed.Value("etcd_sentinel_client_credentials_load_success"));
    }

    [Fact]
    public async Task A_pair_that_is_renewed_by_half_is_said_and_the_old_one_goes_on()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);
        var key = await File.ReadAllBytesAsync(member.Node.EtcdPki("healthcheck-client.key"));

        cluster.Pki.Issue(member.Node, member.Name, Leaf.HealthcheckClient, Now.AddHours(-1), Now.AddDays(365));
        await File.WriteAllBytesAsync(member.Node.EtcdPki("healthcheck-client.key"), key);
        var half = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_client_credentials_load_success") == 0, "the mismatch is said");
        var later = await sentinel.AfterTheNextPollAsync();

        Assert.Equal(1, half.Value("etcd_sentinel_client_credentials_load_failure", "key_mismatch"));
        Assert.Equal(1, later.Value("etcd_sentinel_member_up"));
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("healthcheck-client.crt")]
    [InlineData("healthcheck-client.key")]
    public async Task A_file_that_is_missing_from_the_start_is_named_and_taken_up_when_it_comes(string file)
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var path = member.Node.EtcdPki(file);
        var aside = path + ".aside";
        File.Move(path, aside);
        await using var sentinel = await Sentinel.BesideAsync(member);

        var without = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_member_info", "cp-1", "metrics"), "its page stands in");
        File.Move(aside, path);
        await sentinel.WaitAsync(p => p.Has("etcd_sentinel_member_info", "cp-1", "grpc"), "the file is taken up");

        Assert.Equal(1, without.Value("etcd_sentinel_client_credentials_load_failure", "missing"));
    }

    [Fact]
    public async Task The_wrong_ca_and_an_expired_server_certificate_are_told_apart()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var stranger = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var ca = await File.ReadAllBytesAsync(member.Node.EtcdPki("ca.crt"));
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);

        File.Copy(stranger.Members[0].Node.EtcdPki("ca.crt"), member.Node.EtcdPki("ca.crt"), overwrite: true);
        var wrong = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_member_failure", "untrusted_ca"), "the wrong CA is noticed");
        cluster.Pki.Issue(member.Node, member.Name, Leaf.Server, Now.AddDays(-2), Now.AddDays(-1));
        await File.WriteAllBytesAsync(member.Node.EtcdPki("ca.crt"), ca);
        var expired = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_member_failure", "server_certificate_expired"),
            "the expired server certificate is named");

        Assert.Equal(0, wrong.Value("etcd_sentinel_member_up"));
        Assert.Equal(0, expired.Value("etcd_sentinel_member_up"));
    }

    [Fact]
    public async Task Authentication_without_a_user_for_us_leaves_what_etcd_tells_anybody()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0]);
        await cluster.EtcdctlAsync("user", "add", "root:secret");
        await cluster.EtcdctlAsync("auth", "enable");

        var page = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_probe_failure", "serializable_read", "auth"), "the read is refused");

        Assert.Equal(1, page.Value("etcd_sentinel_member_up"));
        Assert.True(page.Has("etcd_sentinel_db_size_bytes"));
    }
}
