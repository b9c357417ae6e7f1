namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Deadlines and waiting times of the verbs that write to etcd.</summary>
internal sealed record MaintenanceTimeouts
{
    /// <summary>A member that needs longer for Status or a linearizable read is too slow to be defragmented, or to
    /// miss another one.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of calls that are short on a healthy cluster: compaction without its physical part, alarms,
    /// leases, a new leader.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Deadline of one defragmentation, and of a physical compaction. Minutes: etcd goes on after a client
    /// gave up.</summary>
    public TimeSpan Defragment { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time in which a member must answer again after a defragmentation.</summary>
    public TimeSpan Return { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two questions while something is awaited.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Minimum time between the defragmentations of two members.</summary>
    public TimeSpan GateMin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which a gate that did not open ends the run.</summary>
    public TimeSpan GateMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time before the end of a gate in which every question must be answered.</summary>
    public TimeSpan GateQuiet { get; init; } = TimeSpan.FromSeconds(10);
}
