using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>What the settings say about etcd. Each part that is given beats what was discovered.</summary>
/// <param name="Endpoints">Empty: those that were discovered.</param>
/// <param name="CaFile">Host path, as the two after it; <see langword="null"/>: as discovered.</param>
/// <param name="MetricsUrl">Only where a single endpoint is asked; <see langword="null"/>: as discovered.</param>
internal sealed record EtcdOverrides(
    ImmutableArray<EtcdEndpoint> Endpoints, string? CaFile, string? CertFile, string? KeyFile, Uri? MetricsUrl);
