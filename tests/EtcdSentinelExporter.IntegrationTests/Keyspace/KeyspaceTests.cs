using System.Globalization;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Keyspace;

/// <summary>Counts of keys, and who writes, on real members with TLS.</summary>
public sealed class KeyspaceTests
{
    private const int Keys = 5000;

    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Counts_are_those_of_etcdctl_for_every_resource(string etcd)
    {
        await using var cluster = await StartAsync(etcd, members: 3);
        using var client = new LabClient(cluster.Members[1]);
        var member = new KeyspaceMember(
            client.Target, client.Link, new() { Call = Patience.Limit }, TimeProvider.System);

        var map = KeyspaceMap.Empty;
        for (var poll = 0; poll < 3; poll++)
        {
            map = (await new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System)
                .CountAsync(CancellationToken.None)).Map;
        }
        var (counts, _) = await new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System)
            .CountAsync(CancellationToken.None);

        Assert.True(counts.Resources.Length >= 12, $"{counts.Resources.Length}");
        foreach (var one in counts.Resources)
        {
            var path = KeyspaceQuestions.PathOf(one.Resource);
            Assert.Equal(await CountAsync(cluster, "--prefix", $"/registry/{path}/"), one.Keys);
        }
        Assert.Equal(await CountAsync(cluster, "--from-key", "\\0"), counts.Total);
        Assert.Equal(1, counts.OtherKeys);
        Assert.Equal(1, counts.Of("unknown"));
    }

    [Fact]
    public async Task Exactly_one_follower_of_three_exporters_counts_and_the_others_say_why_not()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd, members: 3);
        await using var first = await SentinelAsync(cluster.Members[0]);
        await using var second = await SentinelAsync(cluster.Members[1]);
        await using var third = await SentinelAsync(cluster.Members[2]);

        var pages = await Task.WhenAll(new[] { first, second, third }.Select(sentinel => sentinel.WaitAsync(
            page => page.Has("etcd_sentinel_keyspace_keys")
                || page.Value("etcd_sentinel_keyspace_skipped", "other_member") == 1,
            "it counts, or says why not")));

        var counted = Assert.Single(pages, page => page.Has("etcd_sentinel_keyspace_keys"));
        Assert.Equal(Keys + 57, counted.Value("etcd_sentinel_keyspace_keys"));
        Assert.Equal(Keys / 5, counted.Value("etcd_sentinel_keys", "pods"));
        var statuses = await EndpointStatus.AllAsync(cluster);
        var smallest = statuses.Where(status => !status.IsLeader).MinBy(status => status.MemberId);
        Assert.Equal(Array.IndexOf([.. statuses], smallest), Array.IndexOf(pages, counted));
    }

    [Fact]
    public async Task Check_shows_what_has_most_keys()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd, members: 1);

        var (code, output, _) = await RunAsync(cluster.Members[0], "check", "--only=keyspace", "--window=1m");

        Assert.True(code is 0 or 3, output);
        Assert.True(output.Contains("MOST KEYS", StringComparison.Ordinal), output);
        Assert.Matches(@"\| pods +\| +1,?000 \|", output);
        Assert.Matches(@"\| example\.com/toys +\| +500 \|", output);
    }

    [Fact]
    public async Task The_writer_of_a_storm_is_named_in_the_first_line()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd, members: 3);
        using var client = new LabClient(cluster.Members[0]);
        using var ending = new CancellationTokenSource();
        var storm = StormAsync(cluster, ending.Token);

        var (code, output, error) = await RunAsync(cluster.Members[0], "writers", "--for=5s");
        await ending.CancelAsync();
        await storm;

        Assert.True(code == 0, error);
        Assert.Matches(
            @"^pods of namespace shop: \d+ % of all writes, [\d.]+/s; top: shop/cart-7c9$", output.Split('\n')[0]);
    }

    [Fact]
    public async Task Keys_of_a_resource_are_counted_by_namespace_and_the_largest_are_named()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd, members: 3);
        await cluster.PutAsync("/registry/configmaps/team-3/huge", new string('x', 300_000));

        var (code, spaces, error) = await RunAsync(cluster.Members[0], "keys", "--resource=pods", "--by=namespace");
        var (_, largest, _) = await RunAsync(cluster.Members[0], "keys", "--resource=configmaps", "--largest");

        Assert.True(code == 0, error);
        Assert.StartsWith("pods: 1,000 keys, at https://", spaces, StringComparison.Ordinal);
        Assert.Equal(20, spaces.Split('\n').Count(line => line.EndsWith(line.Split(' ')[^1], StringComparison.Ordinal)
            && line.Contains("  team-", StringComparison.Ordinal)));
        Assert.Contains("team-3/huge", largest.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("in all 501 values", largest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_an_alarm_nobody_is_asked()
    {
        await using var cluster = await EtcdCluster.StartAsync(new()
        {
            Members = 1,
            ExtraFlags = ["--quota-backend-bytes=4194304"],
        });
        await cluster.FillAsync();

        var (code, _, error) = await RunAsync(cluster.Members[0], "writers");

        Assert.Equal(2, code);
        Assert.Contains("an alarm is active", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_with_rights_to_a_part_counts_that_part()
    {
        await using var cluster = await StartAsync(EtcdBinary.Default.Etcd, members: 1);
        await cluster.EtcdctlAsync("role", "add", "some");
        await cluster.EtcdctlAsync("role", "grant-permission", "some", "read", "--prefix=true", "/registry/pods/");
        await cluster.EtcdctlAsync("user", "add", "root:secret");
        await cluster.EtcdctlAsync("user", "grant-role", "root", "root");
        await cluster.EtcdctlAsync("user", "add", "kube-etcd-healthcheck-client", "--no-password");
        await cluster.EtcdctlAsync("user", "grant-role", "kube-etcd-healthcheck-client", "some");
        await cluster.EtcdctlAsync("--user=root:secret", "auth", "enable");
        using var client = new LabClient(cluster.Members[0]);
        var member = new KeyspaceMember(client.Target, client.Link, new(), TimeProvider.System);
        var (map, counts) = (KeyspaceMap.Empty, (KeyCounts?)null);
        for (var poll = 0; poll < 20; poll++)
        {
            (counts, map) = await new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System)
                .CountAsync(CancellationToken.None);
        }

        Assert.Equal([new ResourceKeys("pods", Keys / 5)], counts!.Resources);
        Assert.Null(counts.Total);
    }

    private static async Task<EtcdCluster> StartAsync(string etcd, int members)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Members = members,
            Binary = EtcdBinary.Available.Single(binary => binary.Etcd == etcd),
        });
        using var client = new LabClient(cluster.Members[0]);
        await KubernetesKeys.FillAsync(client.Etcd, Keys);
        return cluster;
    }

    private static Task<Sentinel> SentinelAsync(MemberProcess member) => Sentinel.StartAsync(
        member.Node.Root, $"--path.rootfs={member.Node.Root}", "--etcd.processes=false", "--keyspace.every=1s",
        "--keyspace.timeout=1s");

    private static async Task<long> CountAsync(EtcdCluster cluster, string how, string key)
    {
        var keys = await cluster.EtcdctlAsync("get", how, "--keys-only", key is "\\0" ? "\u0001" : key);
        return keys.Split('\n').Count(line => line.Length > 0);
    }

    private static async Task StormAsync(EtcdCluster cluster, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
            await cluster.EtcdctlAsync("put", "/registry/pods/shop/cart-7c9", "again");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        MemberProcess member, params string[] words)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = await CommandLine.RunAsync(
            [.. words, $"--path.rootfs={member.Node.Root}", "--etcd.processes=false"],
            new(output, error, new Dictionary<string, string>(StringComparer.Ordinal), SettingsFile.Read,
                TimeProvider.System)
            {
                AddServices = services => services.AddSingleton(new KeyspaceTimeouts { Call = Patience.Limit }),
            },
            TestContext.Current.CancellationToken);
        const string IsBusy = "commits take more than 50 ms";
        Skip.If($"{output}{error}".Contains(IsBusy, StringComparison.Ordinal) ? $"on this machine {IsBusy}" : null);
        return (code, output.ToString(), error.ToString());
    }
}
