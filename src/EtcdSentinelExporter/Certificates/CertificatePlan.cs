using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Files, TLS servers and components to check on this node.</summary>
/// <param name="Profile">Name of the profile in use.</param>
/// <param name="Files">Expected files; paths may be patterns.</param>
/// <param name="Listeners">TLS servers to connect to.</param>
/// <param name="Components">Components that run on this node, with the means to find their processes.</param>
internal sealed record CertificatePlan(
    string Profile, ImmutableArray<ExpectedFile> Files, ImmutableArray<TlsListener> Listeners,
    ImmutableArray<ExpectedProcess> Components)
{
    /// <summary>Manifests and configuration files that cannot be read.</summary>
    public ImmutableArray<FileReading> Unreadable { get; init; } = [];

    /// <summary>The configuration that the plan was made from.</summary>
    public NodeConfiguration From { get; init; } = NodeConfiguration.Nothing;
}
