using EtcdSentinelExporter.Etcd.Keyspace;
using Google.Protobuf;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class KeyPlanTests
{
    private static readonly KeyPrefix[] Prefixes =
    [
        new("/registry/pods/", "pods"), new("/registry/events/", "events"), new("/registry/pods/shop/", "inside pods"),
        new("\u00ff/", "not ASCII"), new("/registry/events/", "events again"),
    ];

    [Theory]
    [InlineData(null, false)]
    [InlineData("/registry/pods/", true)]
    public void Parts_follow_each_other_from_the_first_key_to_the_last(string? definitions, bool usesGrid)
    {
        var parts = KeyPlan.Of(Prefixes, definitions, usesGrid);

        Assert.Equal(KeyRange.FirstKey, parts[0].Range.Start);
        Assert.Equal(KeyRange.Unlimited, parts[^1].Range.End);
        Assert.Equal(parts.Skip(1).Select(part => part.Range.Start), parts.SkipLast(1).Select(part => part.Range.End));
        Assert.DoesNotContain(parts, part => part.Range.IsEmpty);
    }

    [Fact]
    public void Of_overlapping_prefixes_one_is_counted()
    {
        var parts = KeyPlan.Of(Prefixes, definitions: null, usesGrid: false);

        Assert.Equal(
            ["events", "pods", "not ASCII"],
            parts.Where(part => part.Kind is KeyPartKind.Resource).Select(part => part.Resource));
    }

    [Theory]
    [InlineData(new byte[] { 1 }, new byte[] { 2 })]
    [InlineData(new byte[] { 1, 255 }, new byte[] { 2 })]
    [InlineData(new byte[] { 255, 255 }, new byte[] { 0 })]
    [InlineData(new byte[] { }, new byte[] { 0 })]
    public void A_prefix_ends_before_the_next_key_without_it(byte[] prefix, byte[] end) =>
        Assert.Equal(ByteString.CopyFrom(end), KeyRange.OfPrefix(ByteString.CopyFrom(prefix)).End);

    [Fact]
    public void Each_resource_of_Kubernetes_has_a_path_of_its_own()
    {
        var paths = KubernetesResources.All.Select(one => $"{one.Path}/").ToArray();

        Assert.Equal(paths.Length, paths.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(paths, one => Array.Exists(
            paths, other => one != other && one.StartsWith(other, StringComparison.Ordinal)));
        Assert.Equal(
            KubernetesResources.All.Length,
            KubernetesResources.All.DistinctBy(one => one.Name, StringComparer.Ordinal).Count());
    }
}
