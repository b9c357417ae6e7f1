using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Finds the components that run on this node, with their command lines: from static pod manifests, or from
/// processes of systemd services.</summary>
/// <param name="configs">Reads the manifests.</param>
/// <param name="profile">The profile in use.</param>
/// <param name="etcd">The etcd discovered on this node; <see langword="null"/> if there is none, or only the profile
/// indicates one.</param>
/// <param name="running">Processes with names of components.</param>
/// <param name="before">Command lines of the previous poll; they count while a manifest cannot be read.</param>
internal sealed class PodFinder(
    ConfigFiles configs, Profile profile, EtcdInstallation? etcd, ImmutableArray<HostProcess> running,
    ImmutableDictionary<string, ComponentPod> before)
{
    private static readonly ImmutableArray<string> InPods =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    private static readonly ImmutableArray<string> All = [.. InPods, Component.Kubelet];

    private readonly ImmutableDictionary<string, HostProcess> _services = Services(running);

    /// <summary>Names of the processes of all components.</summary>
    public static ImmutableArray<string> ProcessNames { get; } =
        [.. All.Concat(KnownProfiles.All.SelectMany(known => known.Processes.Values)).Distinct(StringComparer.Ordinal)];

    /// <summary>Command lines by component. Missing if a manifest cannot be read, and for a component in another form
    /// of container, whose paths are not those of the node.</summary>
    public ImmutableDictionary<string, ComponentPod> CommandLines { get; } =
        Services(running).ToImmutableDictionary(
            service => service.Key, service => new ComponentPod(service.Value.Words, PodMounts.None),
            StringComparer.Ordinal)
            .SetItems(InManifests(configs, profile, etcd, before));

    /// <summary>Components that run on this node: a discovered etcd, components whose mark exists, and systemd
    /// services.</summary>
    public IEnumerable<string> Components => All.Where(component =>
        (component == Component.Etcd && etcd is not null) || _services.ContainsKey(component)
        || (profile.MarkOf(component) is { } mark && configs.Files.Exists(mark)));

    /// <summary>Returns the component's command line; <see langword="null"/> if it is not known.</summary>
    public ComponentPod? Of(string component) => CommandLines.GetValueOrDefault(component);

    public ExpectedProcess Process(string component) => new(component, Name(component), Of(component)?.Words ?? [])
    {
        Unit = component == Component.Etcd ? etcd?.Unit : _services.GetValueOrDefault(component)?.Unit,
    };

    private string Name(string component) => component == Component.Etcd && etcd is { Kind: "k3s" }
        ? "k3s-server"
        : profile.Processes.GetValueOrDefault(component, component);

    // A process in a container has no unit. How etcd was started, discovery knows.
    private static ImmutableDictionary<string, HostProcess> Services(ImmutableArray<HostProcess> running) =>
        (from component in All
         where component != Component.Etcd
         let process = running.FirstOrDefault(
             one => one.Unit is not null && one.Name == ProcessTable.NameOf(component))
         where process is not null
         select (component, process))
            .ToImmutableDictionary(one => one.component, one => one.process, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, ComponentPod>> InManifests(
        ConfigFiles configs, Profile profile, EtcdInstallation? etcd,
        ImmutableDictionary<string, ComponentPod> before) =>
        from component in InPods
        let manifest = Manifest(component, profile, etcd)
        where manifest is not null
        let last = before.GetValueOrDefault(component)
        let pod = configs.Read(manifest, text => Whole(ComponentPod.Parse(component, text), last), last)
        where pod is not null
        select KeyValuePair.Create(component, pod);

    // The beginning of a manifest is often valid YAML too. Volumes are at its end.
    private static ComponentPod Whole(ComponentPod pod, ComponentPod? before) =>
        pod.Mounts.Folders.IsEmpty && before is { Mounts.Folders.IsEmpty: false }
            ? throw new FormatException("has no volumes any more, so it is truncated; write it again")
            : pod;

    // The setting etcd.manifest may name a file outside of any profile. k3s and RKE2 are also recognized by etcd's own
    // configuration file.
    private static string? Manifest(string component, Profile profile, EtcdInstallation? etcd) =>
        component == Component.Etcd && etcd is { Kind: "kubeadm" or "static-pod" or "rke2" }
        && etcd.Source != etcd.ConfigFile
            ? etcd.Source
            : profile.Manifests is { } folder ? $"{folder}/{component}{profile.ManifestSuffix}.yaml" : null;
}
