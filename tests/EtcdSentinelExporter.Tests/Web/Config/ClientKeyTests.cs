using System.Net;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class ClientKeyTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("fe80::1%2", "fe80::9%2", true)]
    [InlineData("fe80::1%2", "fe80::1%3", false)]
    [InlineData("::1", "::2", false)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    public void Addresses_are_one_client_or_two(string one, string other, bool same) => Assert.Equal(
        same, ClientKey.Of(IPAddress.Parse(one)) == ClientKey.Of(IPAddress.Parse(other)));

    [Fact]
    public void Requests_without_an_address_are_one_client() => Assert.Equal(ClientKey.Of(null), ClientKey.Of(null));
}
