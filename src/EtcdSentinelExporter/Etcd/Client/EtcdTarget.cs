using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>One member to ask, and all that asking it takes.</summary>
/// <param name="CaFile">Host path, as the two after it; <see langword="null"/> where none is used.</param>
/// <param name="MetricsUrl">Where the member serves its own metrics.</param>
/// <param name="Installation">How this very member was started; <see langword="null"/> when it runs elsewhere.</param>
internal sealed record EtcdTarget(
    EtcdEndpoint Endpoint, string? CaFile, string? CertFile, string? KeyFile, Uri MetricsUrl,
    EtcdInstallation? Installation)
{
    /// <summary>Whether only the metrics page is known: then <see cref="Endpoint"/> is where that is served.</summary>
    public bool IsPageOnly { get; init; }
}
