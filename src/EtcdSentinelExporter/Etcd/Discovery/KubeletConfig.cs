using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Yaml;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Where kubelet listens, as its own configuration says. Absent values were not given.</summary>
internal sealed record KubeletConfig(string? Address, string? Port, string? TlsCertFile)
{
    public const string Path = "/var/lib/kubelet/config.yaml";

    private const int MaxBytes = 1 << 20;

    /// <summary><see langword="null"/> where kubelet has no such file, and where it cannot be read.</summary>
    public static KubeletConfig? Read(HostFiles files)
    {
        try
        {
            var config = YamlText.Parse(files.ReadText(Path, MaxBytes));
            return new(config.At("address").Text(), config.At("port").Text(), config.At("tlsCertFile").Text());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
