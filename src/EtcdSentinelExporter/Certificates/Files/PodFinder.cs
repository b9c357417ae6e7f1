using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Which components run on this node, and how they are started.</summary>
/// <param name="etcd">How etcd runs here, as its own files say; <see langword="null"/> where it does not, and where
/// only the profile can tell.</param>
internal sealed class PodFinder(HostFiles files, Profile profile, EtcdInstallation? etcd)
{
    private const int MaxBytes = 1 << 20;

    private static readonly ImmutableArray<string> All =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    private readonly ImmutableDictionary<string, ComponentPod> _pods = Read(files, profile, etcd);

    /// <summary>An etcd that was found, and those whose mark is on the node.</summary>
    public ImmutableArray<string> Components { get; } =
    [
        .. All.Where(component => (component == Component.Etcd && etcd is not null)
            || (profile.MarkOf(component) is { } mark && files.Exists(mark))),
    ];

    /// <summary>Absent where the component is no static pod, and where its manifest cannot be read.</summary>
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
                // Then its port is not known, and it is not dialled; whether it runs here is asked of the path alone.
                continue;
            }
        }
        return pods.ToImmutable();
    }

    // The setting etcd.manifest may lead to a file that no profile knows of. k3s and RKE2 are also told by etcd's
    // own file.
    private static string? Manifest(string component, Profile profile, EtcdInstallation? etcd) =>
        component == Component.Etcd && etcd is not null && etcd.Source != etcd.ConfigFile && etcd.Kind != "systemd"
            ? etcd.Source
            : profile.Manifests is { } folder ? $"{folder}/{component}{profile.ManifestSuffix}.yaml" : null;
}
