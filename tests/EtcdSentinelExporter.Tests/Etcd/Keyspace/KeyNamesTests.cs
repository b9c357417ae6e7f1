using EtcdSentinelExporter.Etcd.Keyspace;
using Google.Protobuf;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class KeyNamesTests
{
    private static readonly KeyNames Names = new(["/registry/"]);

    [Theory]
    [InlineData("/registry/pods/shop/cart", "/registry/pods/", "pods")]
    [InlineData("/registry/deployments/shop/cart", "/registry/deployments/", "apps/deployments")]
    [InlineData("/registry/services/specs/shop/cart", "/registry/services/specs/", "services")]
    [InlineData("/registry/example.com/toys/shop/cart", "/registry/example.com/toys/", "example.com/toys")]
    [InlineData("/registry/minions/cp-1", "/registry/minions/", "nodes")]
    [InlineData("/service/batman/leader", "/service/", "/service")]
    [InlineData("vault/core/lock", "vault/", "vault")]
    [InlineData("/registry/example.com/toys", null, null)]
    [InlineData("/registry/example.com//toys/x", null, null)]
    [InlineData("/registry//x", null, null)]
    [InlineData("compact_rev_key", null, null)]
    [InlineData("//x", null, null)]
    [InlineData("/", null, null)]
    public void The_prefix_of_a_key_is_that_of_its_resource(string key, string? prefix, string? resource)
    {
        var found = Names.PrefixOf(ByteString.CopyFromUtf8(key));

        Assert.Equal(prefix, found?.Text);
        Assert.Equal(resource, found?.Resource);
    }

    [Fact]
    public void A_key_that_is_not_UTF_8_or_has_no_short_prefix_has_none()
    {
        Assert.Null(Names.PrefixOf(ByteString.CopyFrom([0xff, 0xfe, (byte)'/', 1])));
        Assert.Null(Names.PrefixOf(ByteString.CopyFrom(0)));
        Assert.Null(Names.PrefixOf(ByteString.Empty));
        Assert.Null(Names.PrefixOf(ByteString.CopyFromUtf8($"/{new string('x', 1 << 20)}/y")));
        Assert.Equal(
            "/registry/pods/",
            Names.PrefixOf(ByteString.CopyFromUtf8($"/registry/pods/{new string('x', 1 << 20)}"))?.Text);
    }

    [Theory]
    [InlineData("/registry/apiextensions.k8s.io/customresourcedefinitions/toys.example.com", "example.com/toys")]
    [InlineData("/x/toys.", null)]
    [InlineData("/x/.example.com", null)]
    [InlineData("/x/Toys.example.com", null)]
    [InlineData("/x/toys", null)]
    public void A_definition_says_where_its_resources_are(string key, string? path) =>
        Assert.Equal(path, DefinitionNames.PathOf(ByteString.CopyFromUtf8(key)));
}
