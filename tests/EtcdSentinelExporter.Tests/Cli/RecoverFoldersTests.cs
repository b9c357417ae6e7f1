using System.Net;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Client;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class RecoverFoldersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(false, "https://127.0.0.1:2379")]
    [InlineData(false, "https://10.0.0.1:2379")]
    [InlineData(false, "https://[fd00::1]:2379")]
    [InlineData(true, "https://10.0.0.2:2379")]
    [InlineData(false, "https://10.0.0.2:2379", "https://10.0.0.1:2379")]
    internal void Etcd_is_elsewhere_if_no_endpoint_is_an_address_of_this_machine(
        bool isRemote, params string[] endpoints) =>
        Assert.Equal(isRemote, RecoverFolders.IsRemote(
            [.. endpoints.Select(EtcdEndpoint.Parse)],
            [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")]));
}
