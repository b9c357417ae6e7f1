using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Profiles;

internal static class KnownProfiles
{
    public const string Auto = "auto";
    public const string None = "none";

    /// <summary>The profile without files: only files from settings and etcd's own configuration are read.</summary>
    public static Profile Nothing { get; } = new(None, [], []);

    /// <summary>All profiles in the order of detection. kubeadm is last, because its folders also exist with other
    /// distributions.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        RancherProfile.K3s, RancherProfile.Rke2, OtherProfiles.K0s, OtherProfiles.Talos, OtherProfiles.OpenShift,
        KubeadmProfile.Kubespray, KubeadmProfile.Kubeadm, Nothing,
    ];

    /// <summary>Returns the profile with that name; for <c>auto</c>, the first one with a mark on the node.</summary>
    public static Profile Choose(string name, HostFiles files) => name == Auto
        ? All.FirstOrDefault(profile => profile.Marks.Any(files.Exists)) ?? Nothing
        : All.First(profile => profile.Name == name);
}
