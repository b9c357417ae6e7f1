using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>The etcd settings. Each one that is set overrides the discovered value.</summary>
/// <param name="Endpoints">Empty to use the discovered endpoints.</param>
/// <param name="CaFile">Host path, like the next two; <see langword="null"/> to use the discovered path.</param>
/// <param name="MetricsUrl">Only for a single endpoint; <see langword="null"/> to use the discovered URL.</param>
internal sealed record EtcdOverrides(
    ImmutableArray<EtcdEndpoint> Endpoints, string? CaFile, string? CertFile, string? KeyFile, Uri? MetricsUrl);
