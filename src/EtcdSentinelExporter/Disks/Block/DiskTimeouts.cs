namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Timeouts for reading disks that no setting changes.</summary>
internal sealed record DiskTimeouts
{
    /// <summary>Timeout for listing the disks. A longer wait means a dying disk.</summary>
    public TimeSpan List { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Timeout for finding the disks of all roles.</summary>
    public TimeSpan Roles { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Timeout for one path of a role: its disk may hang, or its server may be down.</summary>
    public TimeSpan RolePath { get; init; } = TimeSpan.FromMilliseconds(250);
}
