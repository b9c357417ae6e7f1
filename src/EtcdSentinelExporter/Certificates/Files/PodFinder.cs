using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Finds the components that run on this node, with their command lines.</summary>
/// <param name="etcd">The etcd discovered on this node; <see langword="null"/> if there is none, or only the profile
/// indicates one.</param>
internal sealed class PodFinder(HostFiles files, Profile profile, EtcdInstallation? etcd)
{
    private const int MaxBytes = 1 << 20;

    private static readonly ImmutableArray<string> All =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    private readonly ImmutableDictionary<string, ComponentPod> _pods = Read(files, profile, etcd);

    /// <summary>Components that run on this node: a discovered etcd, and components whose mark exists.</summary>
    public ImmutableArray<string> Components { get; } =
    [
        .. All.Where(component => (component == Component.Etcd && etcd is not null)
            || (profile.MarkOf(component) is { } mark && files.Exists(mark))),
    ];

    /// <summary>Returns the component's static pod; <see langword="null"/> if it is not one, or its manifest cannot be
    /// read.</summary>
    public ComponentPod? Of(string component) => _pods.GetValueOrDefault(component);

    public ExpectedProcess Process(string component) => new(component, Name(component), Of(component)?.Words ?? [])
    {
        Unit = component == Component.Etcd && etcd is { Kind: "systemd" } ? Path.GetFileName(etcd.Source) : null,
    };

    private string Name(string component) => component == Component.Etcd && etcd is { Kind: "k3s" }
        ? "k3s-server"
        : profile.Processes.GetValueOrDefault(component, component);

    private static ImmutableDictionary<string, ComponentPod> Read(
        HostFiles files, Profile profile, EtcdInstallation? etcd)
    {
        var pods = ImmutableDictionary.CreateBuilder<string, ComponentPod>(StringComparer.Ordinal);
        foreach (var name in All)
        {
            if (Manifest(name, profile, etcd) is not { } manifest)
                continue;
            try
            {
                pods[name] = ComponentPod.Parse(name, files.ReadText(manifest, MaxBytes));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // Its port is unknown then, so its certificate is not checked. The path alone shows that it runs here.
                continue;
            }
        }
        return pods.ToImmutable();
    }

    // The setting etcd.manifest may name a file outside of any profile. k3s and RKE2 are also recognized by etcd's own
    // configuration file.
    private static string? Manifest(string component, Profile profile, EtcdInstallation? etcd) =>
        component == Component.Etcd && etcd is not null && etcd.Source != etcd.ConfigFile && etcd.Kind != "systemd"
            ? etcd.Source
            : profile.Manifests is { } folder ? $"{folder}/{component}{profile.ManifestSuffix}.yaml" : null;
}
