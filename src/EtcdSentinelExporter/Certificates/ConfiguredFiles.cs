using System.Globalization;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Certificate files from the components' own flags and configuration, also files outside of any
/// profile.</summary>
internal static class ConfiguredFiles
{
    public static IEnumerable<ExpectedFile> OfEtcd(EtcdInstallation? etcd)
    {
        if (etcd is null)
            yield break;
        foreach (var path in new[] { etcd.CaFile, etcd.PeerCaFile }.OfType<string>())
        {
            yield return new(path == etcd.CaFile ? "etcd-ca" : "etcd-peer-ca", path, FileRole.Authority)
            {
                IsRequired = true,
                ReadAtStartBy = [Component.Etcd],
            };
        }
        if (etcd.ServerCertFile is { } server)
            yield return new("etcd-server", server, FileRole.Leaf) { IsRequired = true, CaFile = etcd.CaFile };
        if (etcd.PeerCertFile is { } peer)
            yield return new("etcd-peer", peer, FileRole.Leaf) { IsRequired = true, CaFile = etcd.PeerCaFile };
        if (etcd.CertFile is { } client)
            yield return new("etcd-client", client, FileRole.Leaf) { CaFile = etcd.CaFile };
    }

    /// <summary>The files of an etcd beside that of the control plane, under names of their own: two CAs of one name
    /// would look like a CA that differs between nodes.</summary>
    /// <param name="nth">2 for the second etcd.</param>
    public static IEnumerable<ExpectedFile> OfOtherEtcd(EtcdInstallation etcd, int nth) =>
        OfEtcd(etcd).Select(file => file with
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{file.Name}-{nth}"),
            // The start of its process is not known.
            ReadAtStartBy = [],
        });

    /// <summary>Files that the command lines of the other components name, and the kubelet's configuration.</summary>
    /// <param name="pods">The components' command lines.</param>
    /// <param name="kubelet">The kubelet's configuration; <see langword="null"/> if it is not known.</param>
    /// <param name="etcd">The etcd on this node; <see langword="null"/> if there is none.</param>
    /// <param name="profileName">Returns the profile's name for a path.</param>
    public static IEnumerable<ExpectedFile> OfComponents(
        PodFinder pods, KubeletConfig? kubelet, EtcdInstallation? etcd, Func<string, string?> profileName)
    {
        (FileFlag Flag, string Path)[] named =
        [
            .. from flag in FileFlag.All
               let path = pods.Of(flag.Component) is { } pod ? PathOf(pod, flag.Flag) : null
               where path is not null
               select (flag, path),
        ];
        // Two CAs of one name would look like a CA that differs between nodes.
        var taken = named.Where(one => profileName(one.Path) is not null)
            .DistinctBy(one => profileName(one.Path)!, StringComparer.Ordinal)
            .ToDictionary(one => profileName(one.Path)!, one => one.Path, StringComparer.Ordinal);
        foreach (var (flag, path) in named)
        {
            var isFree = taken.TryAdd(flag.Name, path) || taken[flag.Name] == path;
            yield return new(
                profileName(path) ?? (isFree ? flag.Name : $"{flag.Component}-{flag.Flag}"), path, flag.Role)
            {
                IsRequired = !flag.IsOptional && IsOnNode(pods.Of(flag.Component)!, flag.Flag),
                CaFile = CaOf(flag, pods, kubelet, etcd),
                ReadAtStartBy = flag.IsReadAtStart ? [flag.Component] : [],
            };
        }
        foreach (var path in pods.Of(Component.ApiServer) is { } api ? OfServerNames(api) : [])
            yield return new(profileName(path) ?? "apiserver-sni", path, FileRole.Leaf) { IsRequired = true };
        if (kubelet?.TlsCertFile is ['/', ..] own && IsPath(own))
            yield return new(profileName(own) ?? "kubelet-server", own, FileRole.Leaf) { IsRequired = true };
    }

    private static bool IsOnNode(ComponentPod pod, string flag) => pod.Mounts.Covers(pod.Flag(flag)!);

    private static string? PathOf(ComponentPod pod, string flag) =>
        pod.HostPath(flag) is { } path && IsPath(path) ? path : null;

    private static bool IsPath(string path) =>
        path.Length <= HostPath.MaxLength && !path.Contains('\0', StringComparison.Ordinal);

    private static string? CaOf(FileFlag flag, PodFinder pods, KubeletConfig? kubelet, EtcdInstallation? etcd) =>
        flag switch
        {
            { Ca: { } ca } => pods.Of(ca.Component) is { } pod ? PathOf(pod, ca.Flag) : null,
            { Flag: "kubelet-client-certificate" } => kubelet?.ClientCaFile is ['/', ..] ca && IsPath(ca) ? ca : null,
            // The API server may use another etcd than the one on this node.
            { Flag: "etcd-certfile" } =>
                etcd?.CaFile is { } ca && pods.Of(flag.Component)?.HostPath("etcd-cafile") == ca ? ca : null,
            _ => null,
        };

    // A repeated flag: certificate, key and optional host names.
    private static IEnumerable<string> OfServerNames(ComponentPod api)
    {
        const string Flag = "--tls-sni-cert-key=";
        return from word in api.Words
               where word.StartsWith(Flag, StringComparison.Ordinal)
               let path = word[Flag.Length..].Split(',')[0]
               where path is ['/', ..] && IsPath(path) && api.Mounts.Covers(path)
               select api.Mounts.ToHost(path);
    }
}
