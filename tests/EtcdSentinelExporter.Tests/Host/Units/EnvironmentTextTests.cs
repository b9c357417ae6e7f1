using EtcdSentinelExporter.Host.Units;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host.Units;

public sealed class EnvironmentTextTests
{
    [Theory]
    [InlineData("ETCD_NAME=a b", "a b")]
    [InlineData("ETCD_NAME=\"a b\"", "a b")]
    [InlineData("ETCD_NAME='a'", "a")]
    [InlineData("ETCD_NAME=x\nETCD_NAME=y", "y")]
    [InlineData("# ETCD_NAME=x\r\n  ETCD_NAME=y\r\n", "y")]
    [InlineData("ETCD_NAME=${HOME}", "${HOME}")]
    [InlineData("ETCD_NAME=", "")]
    [InlineData("ETCD_NAME", null)]
    [InlineData(";ETCD_NAME=x", null)]
    public void A_file_holds_one_assignment_a_line(string text, string? value) =>
        Assert.Equal(value, EnvironmentText.ParseFile(text).GetValueOrDefault("ETCD_NAME"));

    [Fact]
    public void A_line_of_a_unit_holds_several()
    {
        var environment = EnvironmentText.ParseAssignments("A=1 \"B=2 3\" C");

        Assert.Equal("1", environment["A"]);
        Assert.Equal("2 3", environment["B"]);
        Assert.False(environment.ContainsKey("C"));
    }
}
