using System.Collections.Immutable;
using System.Net;

namespace EtcdSentinelExporter.Lab;

/// <summary>Options of a cluster. Default: three members, set up as by kubeadm, with data in memory.</summary>
internal sealed record ClusterOptions
{
    public int Members { get; init; } = 3;

    /// <summary>True for client and peer TLS with client certificates; false for plain HTTP.</summary>
    public bool Tls { get; init; } = true;

    public EtcdBinary Binary { get; init; } = EtcdBinary.Default;

    /// <summary>Flags for every member, after those of kubeadm: <c>--quota-backend-bytes=16777216</c>.</summary>
    public ImmutableArray<string> ExtraFlags { get; init; } = [];

    /// <summary>Folder of the nodes; <see langword="null"/> for one in memory.</summary>
    public string? Folder { get; init; }

    public NodeForm Form { get; init; } = NodeForm.Kubeadm;

    /// <summary>Addresses of the nodes on loopback; <see langword="null"/> if all share 127.0.0.1.</summary>
    public ImmutableArray<IPAddress>? Addresses { get; init; }

    /// <summary>Address of a node, by its number from 1.</summary>
    public IPAddress AddressOf(int number) => Addresses is { } all ? all[number - 1] : IPAddress.Loopback;
}
