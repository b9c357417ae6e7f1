using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Options of a test cluster. Default: three members, set up as by kubeadm.</summary>
internal sealed record ClusterOptions
{
    public int Members { get; init; } = 3;

    /// <summary>True for client and peer TLS with client certificates; false for plain HTTP.</summary>
    public bool Tls { get; init; } = true;

    public EtcdBinary Binary { get; init; } = EtcdBinary.Default;

    /// <summary>Flags for every member, after those of kubeadm: <c>--quota-backend-bytes=16777216</c>.</summary>
    public ImmutableArray<string> ExtraFlags { get; init; } = [];
}
