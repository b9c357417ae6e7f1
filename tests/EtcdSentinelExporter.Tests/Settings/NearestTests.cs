using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Settings;

public sealed class NearestTests
{
    [Theory]
    [InlineData("etcd.cert-fil", "etcd.cert-file")]
    [InlineData("ETCD.CERT_FILE", "etcd.cert-file")]
    [InlineData("etcd.ca-flie", "etcd.ca-file")]
    [InlineData("something.else", null)]
    [InlineData("", null)]
    public void The_nearest_word_is_found_when_it_is_near(string word, string? nearest) =>
        Assert.Equal(nearest, Nearest.To(word, ["etcd.ca-file", "etcd.cert-file"]));
}
