using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;

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

    /// <summary>Serving certificates of the static pods, and of kubelet if its configuration names a file.</summary>
    public static IEnumerable<ExpectedFile> OfServers(PodFinder pods, KubeletConfig? kubelet)
    {
        foreach (var component in new[] { Component.ApiServer, Component.ControllerManager, Component.Scheduler })
        {
            if (pods.Of(component)?.HostPath("tls-cert-file") is { } path)
                yield return Serving(component, path);
        }
        if (kubelet?.TlsCertFile is ['/', ..] own)
            yield return Serving(Component.Kubelet, own);
    }

    private static ExpectedFile Serving(string component, string path) =>
        new(ListenerFinder.FileNameOf(component) ?? component, path, FileRole.Leaf) { IsRequired = true };
}
