using System.Net;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class RecoverFoldersTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("https://127.0.0.1:2379", false)]
    [InlineData("https://10.0.0.1:2379", false)]
    [InlineData("https://[fd00::1]:2379", false)]
    [InlineData("https://10.0.0.2:2379", true)]
    [InlineData("https://10.0.0.2:2379 https://10.0.0.1:2379", false)]
    public void Etcd_is_elsewhere_if_no_endpoint_is_an_address_of_this_machine(string endpoints, bool isRemote) =>
        Assert.Equal(isRemote, RecoverFolders.IsRemote(
            [.. endpoints.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(EtcdEndpoint.Parse)],
            [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")]));
}
