using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Finds the prefix below which the API server of this node stores its keys.</summary>
/// <param name="processes"><see langword="null"/> to look at files only.</param>
/// <param name="etcdManifest">The static pod manifest of etcd: that of the API server is beside it.</param>
internal sealed class ApiServerRoots(HostFiles files, ProcessTable? processes, string etcdManifest)
{
    private const string Component = "kube-apiserver";
    private const string Flag = "etcd-prefix";
    private const int MaxBytes = 1 << 20;

    /// <summary>Prefixes to try if no flag is found, and beside one: of Kubernetes, and of OpenShift.</summary>
    public static ImmutableArray<string> Usual { get; } = ["/registry/", "/kubernetes.io/"];

    private static readonly ImmutableArray<string> OtherManifests =
        ["/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml"];

    /// <summary>Adds the slashes that kube-apiserver adds.</summary>
    public static string Normalize(string prefix) =>
        $"/{prefix.Trim('/')}/".Replace("//", "/", StringComparison.Ordinal);

    /// <returns>Prefixes with a slash at both ends, the most likely first.</returns>
    public ImmutableArray<string> Find() =>
    [
        .. FlagsInManifests().Concat(FlagsOfProcesses()).OfType<string>().Select(Normalize).Concat(Usual)
            .Where(root => root.Length <= KeyNames.MaxPrefix)
            .Distinct(StringComparer.Ordinal),
    ];

    private IEnumerable<string?> FlagsInManifests() =>
        OtherManifests.Prepend($"{Path.GetDirectoryName(etcdManifest)}/{Component}.yaml").Select(FlagIn);

    private string? FlagIn(string manifest)
    {
        try
        {
            return ComponentPod.Parse(Component, files.ReadText(manifest, MaxBytes)).Flag(Flag);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    // k0s and units start it without a manifest.
    private IEnumerable<string?> FlagsOfProcesses() =>
        (processes?.Find([Component]) ?? [])
            .Select(process => GoFlags.Parse([.. process.Words.Skip(1)]).GetValueOrDefault(Flag));
}
