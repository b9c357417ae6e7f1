using EtcdSentinelExporter.Etcd.Client;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public class EtcdEndpointTests
{
    [Theory]
    [InlineData("https://127.0.0.1:2379", "https://127.0.0.1:2379")]
    [InlineData(" HTTPS://Etcd-1.Example:2379/ ", "https://etcd-1.example:2379")]
    [InlineData("http://[0:0::1]:2379", "http://[::1]:2379")]
    [InlineData("https://etcd:443", "https://etcd:443")]
    public void The_text_is_the_same_however_it_was_written(string text, string expected)
    {
        var endpoint = EtcdEndpoint.Parse(text);

        Assert.Equal(expected, endpoint.Text);
        Assert.Equal(EtcdEndpoint.Parse(expected), endpoint);
    }

    [Theory]
    [InlineData("https://127.0.0.1:2379", true)]
    [InlineData("http://127.0.0.1:2379", false)]
    public void The_scheme_says_whether_TLS_is_spoken(string text, bool secure) =>
        Assert.Equal(secure, EtcdEndpoint.Parse(text).IsSecure);

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:2379")]
    [InlineData("etcd:2379")]
    [InlineData("unix:///run/etcd.sock")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://[::1]")]
    [InlineData("https://etcd:")]
    [InlineData("https://etcd:0")]
    [InlineData("https://etcd:2379/v3")]
    [InlineData("https://etcd:2379?a=b")]
    [InlineData("https://etcd:2379/#x")]
    [InlineData("https://etcd:99999")]
    [InlineData("\\\\\u202E")]
    [InlineData("http://et\u200Bcd:2379")]
    public void Anything_else_is_refused_with_what_to_write(string text)
    {
        var error = Assert.Throws<FormatException>(() => EtcdEndpoint.Parse(text));

        Assert.Contains("https://HOST:2379", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invisible_character_is_not_repeated()
    {
        var error = Assert.Throws<FormatException>(() => EtcdEndpoint.Parse("\u202Eetcd"));

        Assert.DoesNotContain('\u202E', error.Message);
    }

    [Fact]
    public void A_password_is_refused_and_not_repeated()
    {
        var error = Assert.Throws<FormatException>(() => EtcdEndpoint.Parse("https://root:hunter2@etcd:2379"));

        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }
}
