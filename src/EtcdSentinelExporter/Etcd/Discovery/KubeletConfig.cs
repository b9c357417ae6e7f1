using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The listener in the kubelet's configuration file, and the CA of its clients. Values that are not set are
/// <see langword="null"/>.</summary>
internal sealed record KubeletConfig(string? Address, string? Port, string? TlsCertFile, string? ClientCaFile)
{
    public const string Path = "/var/lib/kubelet/config.yaml";

    /// <exception cref="FormatException">Not a YAML mapping. kubelet rejects an empty file, too.</exception>
    public static KubeletConfig Parse(string text)
    {
        var config = YamlText.Parse(text) as YamlMappingNode
            ?? throw new FormatException("is empty or not a YAML mapping; write it again");
        return new(config.At("address").Text(), config.At("port").Text(), config.At("tlsCertFile").Text(),
            config.At("authentication").At("x509").At("clientCAFile").Text());
    }
}
