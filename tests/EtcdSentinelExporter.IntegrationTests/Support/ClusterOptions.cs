using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>What a test wants of its cluster. As it stands: three members set up as kubeadm does it.</summary>
internal sealed record ClusterOptions
{
    public int Members { get; init; } = 3;

    /// <summary>Client and peer TLS with client certificates; without it everything is plain HTTP.</summary>
    public bool Tls { get; init; } = true;

    public EtcdBinary Binary { get; init; } = EtcdBinary.Default;

    /// <summary>For every member, after kubeadm's own flags: <c>--quota-backend-bytes=16777216</c>.</summary>
    public ImmutableArray<string> ExtraFlags { get; init; } = [];
}
