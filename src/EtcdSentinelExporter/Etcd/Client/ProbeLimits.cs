namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Limits of what polls read from a member.</summary>
internal sealed record ProbeLimits
{
    /// <summary>Limits for its metrics page and its health page.</summary>
    public PageAllowance Pages { get; init; } = PageAllowance.ForProbes;
}
