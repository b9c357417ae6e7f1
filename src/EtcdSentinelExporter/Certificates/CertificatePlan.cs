using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>What there is to look at on this node.</summary>
/// <param name="Profile">The profile in use.</param>
/// <param name="Files">Paths may still be patterns.</param>
/// <param name="Listeners">Who is dialled.</param>
/// <param name="Components">Those that run here, each with its process and the words that mark it.</param>
internal sealed record CertificatePlan(
    string Profile, ImmutableArray<ExpectedFile> Files, ImmutableArray<TlsListener> Listeners,
    ImmutableArray<ExpectedProcess> Components);
