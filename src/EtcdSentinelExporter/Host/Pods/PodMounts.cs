using System.Collections.Immutable;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>Where the folders of a container are on the node.</summary>
/// <param name="Folders">Pairs of a path in the container and the node's; the longest first.</param>
internal sealed record PodMounts(ImmutableArray<(string Inside, string Host)> Folders)
{
    /// <exception cref="FormatException">A mount of a volume that the pod does not have: the manifest is cut
    /// off.</exception>
    public static PodMounts Read(YamlNode pod, YamlNode container)
    {
        var volumes = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var volume in pod.At("spec").At("volumes").Items())
        {
            if (volume.At("name").Text() is { } name)
                volumes.TryAdd(name, volume);
        }
        var folders = from mount in container.At("volumeMounts").Items()
                      let volume = Volume(volumes, mount.At("name").Text())
                      let inside = mount.At("mountPath").Text()
                      let host = volume.At("hostPath").At("path").Text()
                      where inside is ['/', ..] && host is ['/', ..]
                      orderby inside.Length descending
                      select (inside.TrimEnd('/'), Join(host, mount.At("subPath").Text()));
        return new([.. folders]);
    }

    /// <summary>The node's path of a path in the container; the same path where no volume of the node covers
    /// it.</summary>
    public string ToHost(string path)
    {
        foreach (var (inside, host) in Folders)
        {
            if (path == inside || path.StartsWith(inside + "/", StringComparison.Ordinal))
                return host + path[inside.Length..];
        }
        return path;
    }

    private static YamlNode Volume(Dictionary<string, YamlNode> volumes, string? name) =>
        name is not null && volumes.TryGetValue(name, out var volume)
            ? volume
            : throw new FormatException("mounts a volume that it does not define: it is cut off; write it anew");

    private static string Join(string host, string? inside) =>
        inside is null ? host.TrimEnd('/') : $"{host.TrimEnd('/')}/{inside.Trim('/')}";
}
