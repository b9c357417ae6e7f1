using System.Collections.Frozen;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Parses etcd's arguments.</summary>
internal static class EtcdFlags
{
    // The switches of etcd 3.3 to 3.7. A switch never takes the next word as its value. Every other flag takes it, even
    // a word that begins with a dash.
    private static readonly FrozenSet<string> Switches = FrozenSet.ToFrozenSet(
    [
        "auto-tls", "client-cert-auth", "debug", "disable-log-sampling", "discovery-insecure-skip-tls-verify",
        "discovery-insecure-transport", "enable-distributed-tracing", "enable-grpc-gateway", "enable-log-rotation",
        "enable-pprof", "enable-v2", "experimental-compact-hash-check-enabled",
        "experimental-enable-distributed-tracing", "experimental-enable-lease-checkpoint",
        "experimental-enable-lease-checkpoint-persist", "experimental-initial-corrupt-check",
        "experimental-memory-mlock",
        "experimental-peer-skip-client-san-verification", "experimental-stop-grpc-service-on-defrag",
        "experimental-txn-mode-write-with-shared-buffer", "force-new-cluster", "initial-election-tick-advance",
        "memory-mlock", "peer-auto-tls", "peer-client-cert-auth", "peer-skip-client-san-verification", "pre-vote",
        "socket-reuse-address", "socket-reuse-port", "strict-reconfig-check", "unsafe-no-fsync", "version",
    ]);

    public static ImmutableDictionary<string, string> Parse(ImmutableArray<string> arguments) =>
        GoFlags.Parse(arguments, Switches);
}
