using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Google.Protobuf;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class KeyCounterTests
{
    private const string Definitions = "/registry/apiextensions.k8s.io/customresourcedefinitions/";

    private readonly FakeClock _clock = new();
    private readonly FakeKeyspace _etcd;

    public KeyCounterTests() => _etcd = new(_clock);

    [Fact]
    public async Task Each_resource_is_counted_and_each_key_visited_once()
    {
        _etcd.With("compact_rev_key", "/registry/namespaces/default", "/registry/namespaces/shop",
            "/registry/pods/shop/a", "/registry/pods/shop/b", "/registry/services/specs/shop/a",
            "/registry/services/endpoints/shop/a", "/registry/minions/cp-1", $"{Definitions}toys.example.com",
            "/registry/example.com/toys/shop/bear");

        var (counts, map) = await CountAsync(KeyspaceMap.Empty);
        var visits = _etcd.Visits.Values.ToArray();
        var (second, _) = await CountAsync(map);

        Assert.All(visits, times => Assert.Equal(1, times));
        Assert.Equal(10, counts.Total);
        Assert.Equal(
            [("namespaces", 2), ("pods", 2), ("nodes", 1), ("services", 1), ("endpoints", 1)],
            counts.Resources.Where(one => !one.Resource.Contains('.', StringComparison.Ordinal))
                .Select(one => (one.Resource, (int)one.Keys)).OrderByDescending(one => one.Item2)
                .ThenBy(one => Array.IndexOf(["namespaces", "pods", "nodes", "services", "endpoints"], one.Resource)));
        Assert.Equal(2, counts.OtherKeys);
        Assert.Equal(1, second.Of("example.com/toys"));
        Assert.Equal(1, second.OtherKeys);
        Assert.All(_etcd.Visits.Values, times => Assert.Equal(2, times));
    }

    [Fact]
    public void Each_key_is_in_one_part_whatever_keys_there_are() =>
        Prop.ForAll<uint>(seed => HoldsAsync(Numbers(seed)).GetAwaiter().GetResult()).Holds();

    private async Task HoldsAsync(Func<int, int> next)
    {
        var etcd = new FakeKeyspace(_clock);
        var map = KeyspaceMap.Empty;
        for (var poll = 1; poll <= 4; poll++)
        {
            foreach (var _ in Enumerable.Range(0, 20))
                etcd.With(SomeKey(next)).WithBytes([.. Enumerable.Range(0, 3).Select(_ => (byte)next(256))]);
            etcd.Visits.Clear();
            (var counts, map) = await new KeyCounter(etcd, ApiServerRoots.Usual, map, _clock)
                .CountAsync(CancellationToken.None);
            Assert.Equal(etcd.Visits.Count, counts.Total);
            Assert.All(etcd.Visits.Values, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public async Task No_request_is_over_the_whole_key_space()
    {
        _etcd.With("/registry/namespaces/default", "/registry/zzz/a");

        await CountAsync(KeyspaceMap.Empty);

        Assert.DoesNotContain(
            _etcd.Asked,
            one => one.Range.Contains(ByteString.CopyFromUtf8("/registry/a"))
                && one.Range.Contains(ByteString.CopyFromUtf8("/registry/zzz/a")));
    }

    [Fact]
    public async Task A_resource_that_nobody_knows_is_learned_and_forgotten_when_it_is_empty()
    {
        _etcd.With("/registry/namespaces/default", "/registry/toys/shop/bear", "/registry/toys/shop/car");

        var (first, learned) = await CountAsync(KeyspaceMap.Empty);
        var (second, _) = await CountAsync(learned);
        var empty = new FakeKeyspace(_clock).With("/registry/namespaces/default");
        var (_, forgotten) = await new KeyCounter(empty, ApiServerRoots.Usual, learned, _clock)
            .CountAsync(CancellationToken.None);

        Assert.Equal(2, first.OtherKeys);
        Assert.Equal(2, second.Of("toys"));
        Assert.Equal(0, second.OtherKeys);
        Assert.Empty(forgotten.Learned);
    }

    [Fact]
    public async Task Without_Kubernetes_the_first_segment_of_the_path_counts()
    {
        _etcd.With("/service/batman/leader", "/service/batman/config", "/apisix/routes/1", "vault/core/lock", "alone");

        var (_, map) = await CountAsync(KeyspaceMap.Empty);
        var (counts, _) = await CountAsync(map);

        Assert.Equal(["/service", "/apisix", "vault"], counts.Resources.Select(one => one.Resource));
        Assert.Equal(1, counts.OtherKeys);
        Assert.Equal(5, counts.Total);
    }

    [Fact]
    public async Task OpenShift_has_two_roots()
    {
        _etcd.With("/kubernetes.io/namespaces/default", "/kubernetes.io/pods/a/b", "/openshift.io/images/x");

        var (_, map) = await CountAsync(KeyspaceMap.Empty);
        var (counts, _) = await CountAsync(map);

        Assert.Equal(["images", "namespaces", "pods"], counts.Resources.Select(one => one.Resource).Order());
    }

    [Fact]
    public async Task Two_thousand_resources_are_199_series_and_other()
    {
        _etcd.With("/registry/namespaces/default")
            .With(Enumerable.Range(0, 2000).Select(n => $"{Definitions}toys{n}.example.com"))
            .With(Enumerable.Range(0, 2000).Select(n => $"/registry/example.com/toys{n}/shop/bear"));

        var (_, map) = await CountAsync(KeyspaceMap.Empty);
        // More than a response has room for begin with one letter.
        var (counts, learned) = await CountAsync(map);

        Assert.Equal(KeyCounter.MaxDefinitions, map.CustomResources.Length);
        Assert.Equal(199, counts.Resources.Length);
        Assert.Equal(4001, counts.Total);
        Assert.True(learned.Learned.Length > map.Learned.Length);
    }

    [Fact]
    public async Task Definitions_are_read_again_when_their_number_changed_and_an_hour_is_over()
    {
        _etcd.With("/registry/namespaces/default", $"{Definitions}toys.example.com");
        var (_, map) = await CountAsync(KeyspaceMap.Empty);

        (_, map) = await CountAsync(map);
        Assert.DoesNotContain(_etcd.Asked[^100..], IsReadOfDefinitions);
        _etcd.With($"{Definitions}games.example.com");
        (_, map) = await CountAsync(map);
        _clock.Advance(TimeSpan.FromMinutes(30));
        (_, map) = await CountAsync(map);
        Assert.Equal(["example.com/toys"], map.CustomResources);
        _clock.Advance(TimeSpan.FromMinutes(31));
        (_, map) = await CountAsync(map);

        Assert.Equal(["example.com/games", "example.com/toys"], map.CustomResources.Order());
    }

    [Fact]
    public async Task A_large_resource_is_counted_some_namespaces_at_a_time()
    {
        string[] spaces = [.. Enumerable.Range(0, 50).Select(n => $"team-{n}")];
        _etcd.With(spaces.Select(name => $"/registry/namespaces/{name}"))
            .With(Enumerable.Range(0, 25_000).Select(n => $"/registry/pods/{spaces[n % 50]}/cart-{n}"))
            .With("/registry/pods/a-namespace-that-is-gone/x");

        var (first, map) = await CountAsync(KeyspaceMap.Empty);
        (_, map) = await CountAsync(map);
        _etcd.Visits.Clear();
        _etcd.Asked.Clear();
        var (third, _) = await CountAsync(map);

        Assert.Equal(25_001, first.Of("pods"));
        Assert.Equal(first.Resources, third.Resources);
        Assert.All(_etcd.Visits.Values, times => Assert.Equal(1, times));
        var pods = KeyRange.OfPrefix("/registry/pods/");
        Assert.InRange(_etcd.Asked.Count(one => pods.Contains(one.Range.Start) && one.Names == 0), 3, 6);
    }

    [Fact]
    public async Task What_access_control_refuses_is_said_and_is_not_asked_again_for_an_hour()
    {
        _etcd.With("/registry/pods/a/b", "/registry/secrets/a/b");
        _etcd.Fails = range => range.Contains(ByteString.CopyFromUtf8("/registry/pods/a/b"))
            ? null
            : new(EtcdReason.Auth, "permission denied");

        var (counts, map) = await CountAsync(KeyspaceMap.Empty);
        for (var poll = 0; poll < 20; poll++)
            (counts, map) = await CountAsync(map);
        var asked = _etcd.Asked.Count;
        (counts, map) = await CountAsync(map);
        var again = _etcd.Asked.Count - asked;
        _clock.Advance(TimeSpan.FromHours(1));
        await CountAsync(map);

        Assert.Equal([new ResourceKeys("pods", 1)], counts.Resources);
        Assert.Null(counts.Total);
        Assert.True(counts.Refused > 50);
        Assert.Equal(1, again);
        Assert.InRange(_etcd.Asked.Count - asked - again, 2, KeyCounter.MaxRefusals + 1);
    }

    [Fact]
    public async Task A_failure_ends_the_count()
    {
        _etcd.Fails = _ => new(EtcdReason.Timeout, "no response");

        await Assert.ThrowsAsync<EtcdException>(() => CountAsync(KeyspaceMap.Empty));

        Assert.Single(_etcd.Asked);
    }

    private static bool IsReadOfDefinitions((KeyRange Range, int Names) one) =>
        one.Names == KeyCounter.MaxDefinitions;

    private Task<(KeyCounts Counts, KeyspaceMap Map)> CountAsync(KeyspaceMap map) =>
        new KeyCounter(_etcd, ApiServerRoots.Usual, map, _clock).CountAsync(CancellationToken.None);

    // Numbers below a limit, the same for the same seed.
    private static Func<int, int> Numbers(uint seed) => limit =>
    {
        seed = unchecked((seed * 1103515245) + 12345);
        return (int)((seed >> 16) % (uint)limit);
    };

    private static string SomeKey(Func<int, int> next)
    {
        ImmutableArray<string> segments =
            ["registry", "pods", "services", "specs", "example.com", "a", "b", "", "kubernetes.io", "namespaces"];
        var some = Enumerable.Range(0, 1 + next(5)).Select(_ => segments[next(segments.Length)]);
        return string.Join('/', some) is { Length: > 0 } key ? key : "/";
    }
}
