using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One member to poll, with everything that connecting to it needs.</summary>
/// <param name="CaFile">Host path, like the next two; <see langword="null"/> if none is used.</param>
/// <param name="MetricsUrl">URL of the member's own metrics page.</param>
/// <param name="Installation">How this member was started; <see langword="null"/> if it runs on another
/// node.</param>
internal sealed record EtcdTarget(
    EtcdEndpoint Endpoint, string? CaFile, string? CertFile, string? KeyFile, Uri MetricsUrl,
    EtcdInstallation? Installation)
{
    /// <summary>True if only the metrics page is known; <see cref="Endpoint"/> is then the address of that
    /// page.</summary>
    public bool IsPageOnly { get; init; }
}
