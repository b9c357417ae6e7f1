using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class EtcdFlagsTests
{
    [Theory]
    [InlineData("--data-dir=/a", "/a")]
    [InlineData("-data-dir=/a", "/a")]
    [InlineData("--data-dir /a", "/a")]
    [InlineData("-data-dir /a", "/a")]
    [InlineData("--data-dir=/a --data-dir=/b", "/b")]
    [InlineData("--client-cert-auth --data-dir=/a", "/a")]
    [InlineData("--data-dir=a=b", "a=b")]
    [InlineData("--data-dir=", "")]
    [InlineData("--data-dir -1", "-1")]
    [InlineData("word --data-dir=/a", null)]
    [InlineData("-- --data-dir=/a", null)]
    public void Flags_are_spelt_as_Go_allows(string arguments, string? dataDir) =>
        Assert.Equal(dataDir, EtcdFlags.Parse(ShellWords.Split(arguments)).GetValueOrDefault("data-dir"));

    [Theory]
    [InlineData("--client-cert-auth", "true")]
    [InlineData("--client-cert-auth=false", "false")]
    [InlineData("--client-cert-auth --name x", "true")]
    public void A_switch_takes_no_word(string arguments, string value) =>
        Assert.Equal(value, EtcdFlags.Parse(ShellWords.Split(arguments))["client-cert-auth"]);
}
