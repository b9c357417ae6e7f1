using EtcdSentinelExporter.Etcd.Discovery;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class EtcdUrlTests
{
    [Theory]
    [InlineData("http://0.0.0.0:2381", "http://127.0.0.1:2381 http://[::1]:2381")]
    [InlineData("https://[::]:2379", "https://[::1]:2379 https://127.0.0.1:2379")]
    [InlineData("https://:2379", "https://127.0.0.1:2379 https://[::1]:2379")]
    public void What_listens_everywhere_is_reached_at_loopback_in_both_families(string given, string dialled) =>
        Assert.Equal(dialled, string.Join(' ', EtcdUrl.Parse(given).Loopbacks()));

    [Theory]
    [InlineData("https://127.0.0.1:2379", "https://127.0.0.1:2379")]
    [InlineData("https://LOCALHOST:2379/", "https://localhost:2379")]
    [InlineData("https://[FD00::0011]:2379", "https://[fd00::11]:2379")]
    [InlineData("https://etcd-0.etcd.svc:2379", "https://etcd-0.etcd.svc:2379")]
    public void An_address_has_one_form(string given, string normal) =>
        Assert.Equal(normal, EtcdUrl.Parse(given).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:2379")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("https://127.0.0.1:65536")]
    [InlineData("https://127.0.0.1:+79")]
    [InlineData("https://user:secret@127.0.0.1:2379")]
    [InlineData("https://127.0.0.1:2379/path")]
    [InlineData("https://127.0.0.1:2379?x=1")]
    [InlineData("https://[127.0.0.1]:2379")]
    [InlineData("https://fd00::11:2379")]
    [InlineData("https://$(POD_IP):2379")]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("http://.:2379")]
    [InlineData("http://a..b:2379")]
    public void What_etcd_would_refuse_is_malformed(string given) =>
        Assert.Throws<FormatException>(() => EtcdUrl.Parse(given));

    [Theory]
    [InlineData("unix://etcd.sock")]
    [InlineData("unixs://localhost:2379")]
    public void Unix_sockets_are_said_to_be_unsupported(string given) =>
        Assert.Contains(
            "Unix socket", Assert.Throws<FormatException>(() => EtcdUrl.Parse(given)).Message,
            StringComparison.Ordinal);
}
