namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>What says that etcd runs on a node: label values.</summary>
internal static class EtcdEvidence
{
    public const string Settings = "settings";
    public const string Manifest = "manifest";
    public const string K3s = "k3s";
    public const string Rke2 = "rke2";
    public const string K0s = "k0s";
    public const string Unit = "unit";
    public const string Process = "process";

    public static ImmutableArray<string> Sources { get; } = [Settings, Manifest, K3s, Rke2, K0s, Unit, Process];
}
