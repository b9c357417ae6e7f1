using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class GoFlagsTests
{
    [Fact]
    public void A_switch_whose_name_is_unknown_does_not_take_the_flag_after_it()
    {
        var flags = GoFlags.Parse(["--profiling", "--tls-cert-file=/a.crt", "--bind-address", "::1", "--v"]);

        Assert.Equal(
            ("true", "/a.crt", "::1", "true"),
            (flags["profiling"], flags["tls-cert-file"], flags["bind-address"], flags["v"]));
    }

    [Fact]
    public void A_flag_that_is_no_switch_takes_a_word_that_begins_with_a_dash()
    {
        var flags = GoFlags.Parse(["--name", "-odd", "--pre-vote", "--name2", "b"], ["pre-vote"]);

        Assert.Equal(("-odd", "true", "b"), (flags["name"], flags["pre-vote"], flags["name2"]));
    }
}
