using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Tests.Support;
using Google.Protobuf;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class ResourceKeyReaderTests
{
    private readonly FakeKeyspace _etcd = new FakeKeyspace(new FakeClock()).With(
        "/registry/namespaces/shop", "/registry/namespaces/bank", "/registry/pods/gone/a", "/registry/pods/bank/a",
        "/registry/podtemplates/shop/a").With(Enumerable.Range(0, 300).Select(n => $"/registry/pods/shop/cart-{n:D3}"));

    private ResourceKeyReader Pods => new(_etcd, "/registry/", "pods");

    [Fact]
    public async Task Keys_are_counted_in_each_namespace_and_each_once()
    {
        var counts = await Pods.ByNamespaceAsync(CancellationToken.None);

        Assert.Equal([("shop", 300), ("bank", 1), ("", 1)], counts);
        Assert.All(_etcd.Visits.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task The_largest_are_read_in_pages_that_grow_at_one_revision()
    {
        foreach (var (number, size) in new[] { (7, 5000), (200, 900_000), (299, 70) })
            _etcd.Sizes[ByteString.CopyFromUtf8($"/registry/pods/shop/cart-{number:D3}")] = size;
        var (keys, revision) = await Pods.CountAsync(CancellationToken.None);

        var largest = await Pods.LargestAsync(revision, CancellationToken.None);

        Assert.Equal(302, keys);
        Assert.Equal(302, largest.Count);
        Assert.Equal(20, largest.Keys.Length);
        Assert.Equal(
            [("shop/cart-200", 900_000), ("shop/cart-007", 5000), ("shop/cart-299", 70)], largest.Keys.Take(3));
        Assert.All(_etcd.Read, one => Assert.Equal(77, one.Revision));
        Assert.Equal(
            [16, 32, 64, 128, 60], _etcd.Read.Where(one => one.HasValues && one.Keys > 1).Select(one => one.Keys));
    }

    [Fact]
    public async Task Pages_do_not_grow_beyond_large_answers()
    {
        foreach (var number in Enumerable.Range(0, 300))
            _etcd.Sizes[ByteString.CopyFromUtf8($"/registry/pods/shop/cart-{number:D3}")] = 200_000;

        await Pods.LargestAsync(77, CancellationToken.None);

        Assert.All(_etcd.Read.Where(one => one.HasValues), one => Assert.InRange(one.Keys, 0, 16));
    }

    [Theory]
    [InlineData("pods", "pods")]
    [InlineData("deployments", "deployments")]
    [InlineData("deployments.apps", "deployments")]
    [InlineData("apps/deployments", "deployments")]
    [InlineData("nodes", "minions")]
    [InlineData("services", "services/specs")]
    [InlineData("toys.example.com", "example.com/toys")]
    [InlineData("customresourcedefinitions", "apiextensions.k8s.io/customresourcedefinitions")]
    public void A_resource_is_found_by_the_name_that_kubectl_uses(string name, string path) =>
        Assert.Equal(path, KeyspaceQuestions.PathOf(name));
}
