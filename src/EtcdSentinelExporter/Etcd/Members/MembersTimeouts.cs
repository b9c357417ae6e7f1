namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Timeouts of the members collector that no setting changes.</summary>
internal sealed record MembersTimeouts
{
    /// <summary>For one call to a member; a healthy one answers within milliseconds.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>For a member's metrics page.</summary>
    public TimeSpan Page { get; init; } = TimeSpan.FromSeconds(1);
}
