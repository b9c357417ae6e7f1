namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Timeouts of looking at disks that no setting changes.</summary>
internal sealed record DiskTimeouts
{
    /// <summary>To list the disks. A longer wait means a dying disk.</summary>
    public TimeSpan List { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>To find the disks behind all roles.</summary>
    public TimeSpan Roles { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one path of a role: its disk may hang, or its server may be dead.</summary>
    public TimeSpan RolePath { get; init; } = TimeSpan.FromMilliseconds(250);
}
