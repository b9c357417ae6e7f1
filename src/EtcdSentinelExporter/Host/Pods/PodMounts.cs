using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Host.Pods;

/// <summary>Maps folders of a container to those of the node.</summary>
/// <param name="Folders">Pairs of the container's path and the node's path, the longest first.</param>
internal sealed record PodMounts(ImmutableArray<(string Inside, string Host)> Folders)
{
    /// <summary>For a process without a container: all paths are those of the node.</summary>
    public static PodMounts None { get; } = new([("", "")]);

    /// <exception cref="FormatException">A mounted volume is not defined: the manifest is truncated.</exception>
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

    /// <summary>The node's path of a path in the container; the same path if no hostPath volume covers it.</summary>
    public string ToHost(string path)
    {
        foreach (var (inside, host) in Folders)
        {
            if (path == inside || path.StartsWith(inside + "/", StringComparison.Ordinal))
                return host + path[inside.Length..];
        }
        return path;
    }

    /// <summary>True if a hostPath volume covers the path; otherwise the file is not on the node.</summary>
    public bool Covers(string path) => Folders.Any(folder =>
        path == folder.Inside || path.StartsWith(folder.Inside + "/", StringComparison.Ordinal));

    private static YamlNode Volume(Dictionary<string, YamlNode> volumes, string? name) =>
        name is not null && volumes.TryGetValue(name, out var volume)
            ? volume
            : throw new FormatException("mounts a volume that it does not define, so it is truncated; write it again");

    private static string Join(string host, string? inside) =>
        inside is null ? host.TrimEnd('/') : $"{host.TrimEnd('/')}/{inside.Trim('/')}";
}
