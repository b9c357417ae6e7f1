using EtcdSentinelExporter.Host.Yaml;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The listener in the kubelet's configuration file, and the CA of its clients. Values that are not set are
/// <see langword="null"/>.</summary>
internal sealed record KubeletConfig(string? Address, string? Port, string? TlsCertFile, string? ClientCaFile)
{
    public const string Path = "/var/lib/kubelet/config.yaml";

    /// <exception cref="FormatException">Not YAML.</exception>
    public static KubeletConfig Parse(string text)
    {
        var config = YamlText.Parse(text);
        return new(config.At("address").Text(), config.At("port").Text(), config.At("tlsCertFile").Text(),
            config.At("authentication").At("x509").At("clientCAFile").Text());
    }
}
