using System.Collections.Immutable;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Profiles;

internal static class KnownProfiles
{
    public const string Auto = "auto";
    public const string None = "none";

    /// <summary>What looks at no files but those that settings and etcd's own configuration name.</summary>
    public static Profile Nothing { get; } = new(None, [], []);

    /// <summary>In the order in which a node is asked: kubeadm's folders are found on nodes of other
    /// kinds too.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        RancherProfile.K3s, RancherProfile.Rke2, OtherProfiles.K0s, OtherProfiles.Talos, OtherProfiles.OpenShift,
        KubeadmProfile.Kubespray, KubeadmProfile.Kubeadm, Nothing,
    ];

    /// <summary>The profile of that name, or for <c>auto</c> the first that has left a mark on the node.</summary>
    public static Profile Choose(string name, HostFiles files) => name == Auto
        ? All.FirstOrDefault(profile => profile.Marks.Any(files.Exists)) ?? Nothing
        : All.First(profile => profile.Name == name);
}
