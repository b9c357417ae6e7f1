using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Yaml;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The listener in the kubelet's configuration file. Values that are not set are
/// <see langword="null"/>.</summary>
internal sealed record KubeletConfig(string? Address, string? Port, string? TlsCertFile)
{
    public const string Path = "/var/lib/kubelet/config.yaml";

    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the file. Returns <see langword="null"/> if it does not exist or cannot be read.</summary>
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
