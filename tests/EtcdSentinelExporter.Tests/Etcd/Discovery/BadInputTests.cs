using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Files that cannot be used: each is named, and hides nothing else.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string K3s = "/etc/rancher/k3s/config.yaml";
    private const string K3sDropIn = "/etc/rancher/k3s/config.yaml.d/9.yaml";
    private const string K3sEtcd = "/var/lib/rancher/k3s/server/db/etcd/config";
    private const string Unit = "/etc/systemd/system/etcd-events.service";
    private const string Environment = "/etc/etcd-events.env";
    private const string Config = "/etc/etcd/etcd.yml";

    private readonly TempNode _node = new();

    public BadInputTests() => _node
        .With(EtcdDiscovery.DefaultManifest, EtcdDiscoveryTests.Pod("--listen-client-urls=https://10.0.0.1:1"))
        .With(Unit, $"[Service]\nEnvironmentFile={Environment}\nExecStart=/usr/bin/etcd --config-file={Config}\n")
        .WithLink("/etc/systemd/system/multi-user.target.wants/etcd-events.service", Unit)
        .With(Environment, "A=b\n")
        .With(Config, "listen-client-urls: https://10.0.0.1:2\n");

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(K3s)]
    [InlineData(K3sDropIn)]
    [InlineData(K3sEtcd)]
    [InlineData(Unit)]
    [InlineData(Environment)]
    [InlineData(Config)]
    [InlineData("/etc/systemd/system/k0scontroller.service")]
    [InlineData("/etc/systemd/system/k3s.service")]
    public async Task A_FIFO_a_folder_and_a_huge_file_are_named_and_hide_nothing(string path)
    {
        File.Delete(_node.With(path, "").Real(path));
        OpenSsl.Run("mkfifo", _node.Real(path));
        var fifo = await _node.DiscoverAsync();
        File.Delete(_node.Real(path));
        Directory.CreateDirectory(_node.Real(path));
        var folder = await _node.DiscoverAsync();
        Directory.Delete(_node.Real(path));
        using (var huge = File.Create(_node.Real(path)))
            huge.SetLength(1L << 30);
        var large = await _node.DiscoverAsync();

        Assert.All(new[] { fifo, folder, large }, discovered =>
        {
            Assert.Equal("https://10.0.0.1:1", discovered.Found?.ClientUrl);
            Assert.Contains((path, "io"), discovered.Problems.Select(problem => (problem.Path, problem.Reason)));
            Assert.All(discovered.Problems, problem => Assert.Contains(path, problem.Message, StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData(K3s, "a: [")]
    [InlineData(K3sDropIn, "a: 'b")]
    [InlineData(K3sEtcd, "")]
    [InlineData(K3sEtcd, "data-dir: /x")]
    [InlineData(Config, "")]
    [InlineData(Config, "listen-client-urls: [")]
    [InlineData(Unit, "[Service]\nExecStart=etcd\0")]
    public async Task A_torn_file_is_named_and_hides_nothing(string path, string text)
    {
        var discovered = await _node.With(path, text).DiscoverAsync();

        Assert.Equal("https://10.0.0.1:1", discovered.Found?.ClientUrl);
        Assert.Equal((path, "malformed"), (discovered.Problem!.Path, discovered.Problem.Reason));
    }

    [Fact]
    public async Task An_empty_unit_that_is_called_after_etcd_starts_none()
    {
        var discovered = await _node.With(Unit, "").DiscoverAsync();

        Assert.Equal("https://10.0.0.1:1", Assert.Single(discovered.Installations).ClientUrl);
        Assert.Empty(discovered.Problems);
    }
}
