using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host.Units;

public sealed class UnitVariablesTests
{
    private static readonly Dictionary<string, string?> Environment = new(StringComparer.Ordinal)
    {
        ["ARGS"] = "--name a --data-dir='/b c'",
        ["DIR"] = "/b c",
    };

    [Theory]
    [InlineData("etcd $ARGS", "etcd|--name|a|--data-dir=/b c")]
    [InlineData("etcd --data-dir=${DIR}/x", "etcd|--data-dir=/b c/x")]
    [InlineData("etcd $NONE --x=${NONE}", "etcd|--x=")]
    [InlineData("etcd a$DIR $$DIR", "etcd|a$DIR|$DIR")]
    [InlineData("etcd ${OPEN $ ${}", "etcd|${OPEN|$|")]
    public void Variables_are_put_in_as_systemd_does(string line, string expected) =>
        Assert.Equal(expected, string.Join('|', UnitVariables.Expand(ShellWords.Split(line), Environment, new())));

    [Theory]
    [InlineData("/etc/default/%p", "/etc/default/etcd")]
    [InlineData("%H-%l %n %% %Z %", "node.example-node etcd.service % %Z %")]
    public void Specifiers_are_put_in_and_unknown_ones_stay(string text, string expected) =>
        Assert.Equal(expected, UnitVariables.ExpandSpecifiers(text, "etcd.service", "node.example", new()));

    [Fact]
    public void A_host_name_that_is_not_known_stays_a_specifier() =>
        Assert.Equal("%H", UnitVariables.ExpandSpecifiers("%H", "etcd.service", hostName: null, new()));
}
