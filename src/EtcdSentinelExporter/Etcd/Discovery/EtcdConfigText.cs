using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Parses etcd's own configuration file (<c>--config-file</c>). k3s and RKE2 write the same
/// format.</summary>
/// <remarks>Its keys are the names of the flags, except in the two blocks for transport security.</remarks>
internal static class EtcdConfigText
{
    /// <exception cref="FormatException">The text is not a YAML mapping.</exception>
    public static EtcdOptions Parse(string text)
    {
        if (YamlText.Parse(text) is not YamlMappingNode root)
            throw new FormatException("is empty or not a YAML mapping; write etcd's settings as \"key: value\"");
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Scalars(root))
            values[key] = value;
        foreach (var (key, value) in Scalars(root.At("client-transport-security")))
            values[key] = value;
        foreach (var (key, value) in Scalars(root.At("peer-transport-security")))
            values["peer-" + key] = value;
        return new(values.ToImmutable(), []);
    }

    private static IEnumerable<(string Key, string Value)> Scalars(YamlNode? node) =>
        from pair in (IEnumerable<KeyValuePair<YamlNode, YamlNode>>?)(node as YamlMappingNode)?.Children ?? []
        let key = pair.Key.Text()
        let value = pair.Value.Text()
        where key is not null && value is not null
        select (key, value);
}
