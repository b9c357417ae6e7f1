using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

public sealed class CertificatesSettingsTests
{
    [Theory]
    [InlineData("/etc/tls.crt", null, "/etc/tls.crt")]
    [InlineData("/etc/a=b.crt", null, "/etc/a=b.crt")]
    [InlineData("web=/etc/a=b.crt", "web", "/etc/a=b.crt")]
    public void A_file_is_a_path_with_or_without_a_name(string text, string? name, string path) =>
        Assert.Equal(new ConfiguredFile(name, path), ConfiguredFile.Parse(text));

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("=/etc/tls.crt")]
    [InlineData("web=tls.crt")]
    public void Other_forms_of_files_are_refused(string text) =>
        Assert.Throws<FormatException>(() => ConfiguredFile.Parse(text));

    [Theory]
    [InlineData("web=127.0.0.1:443", "127.0.0.1", 443)]
    [InlineData("web=[::1]:443", "::1", 443)]
    [InlineData("web=host.example:65535", "host.example", 65535)]
    public void A_listener_is_a_name_a_host_and_a_port(string text, string host, int port) =>
        Assert.Equal(new ConfiguredListener("web", host, port), ConfiguredListener.Parse(text));

    [Theory]
    [InlineData("127.0.0.1:443")]
    [InlineData("web=127.0.0.1")]
    [InlineData("web=127.0.0.1:0")]
    [InlineData("web=127.0.0.1:65536")]
    [InlineData("=127.0.0.1:1")]
    [InlineData("web=:1")]
    [InlineData("web=https://x:1")]
    public void Other_forms_of_listeners_are_refused(string text) =>
        Assert.Throws<FormatException>(() => ConfiguredListener.Parse(text));

    [Theory]
    [InlineData("--name=a", 1)]
    [InlineData("--name=c", null)]
    public void Of_two_processes_the_one_that_the_manifest_describes_is_ours(string word, int? second)
    {
        ExpectedProcess expected = new("etcd", "etcd", ["etcd", word]);
        using var proc = new TempNode().With("/stat", "btime 0\n");
        foreach (var (id, name) in new[] { (1, "a"), (2, "b") })
        {
            proc.With($"/{id}/comm", "etcd\n").With($"/{id}/cmdline", $"etcd\0--name={name}\0")
                .With($"/{id}/stat", $"{id} (etcd) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {id}00 20 21 22");
        }

        var found = ComponentProcesses.Of([expected], new ProcessTable(proc.Files).Find(["etcd"]));

        Assert.Equal(second, found.Select(one => (int?)one.StartedAt.ToUnixTimeSeconds()).SingleOrDefault());
    }
}
