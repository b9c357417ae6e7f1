using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>One thing that goes wrong. lab/data/expected-alerts lists the alerts that must fire, and those that
/// may.</summary>
internal abstract class Incident
{
    /// <summary>Nothing happens, and nothing may fire.</summary>
    public const string Healthy = "healthy";

    public static ImmutableArray<string> Names { get; } =
        ["nospace", "fragmentation", "dying-disk", "certificate", "no-quorum", "compaction-stalled",
            "restart-storm"];

    public static Incident Create(string name, int minutes) => name switch
    {
        "nospace" => new NoSpace(),
        "fragmentation" => new Fragmentation(),
        "dying-disk" => new DyingDisk(),
        "certificate" => new Certificate(),
        "no-quorum" => new NoQuorum(),
        "compaction-stalled" => new CompactionStalled(),
        "restart-storm" => new RestartStorm(),
        _ => new HealthyCluster(TimeSpan.FromMinutes(minutes)),
    };

    public abstract string Name { get; }

    /// <summary>One line for the user.</summary>
    public abstract string Story { get; }

    /// <summary>All expected alerts must fire within this time.</summary>
    public abstract TimeSpan Limit { get; }

    /// <summary>Least duration of the watch.</summary>
    public virtual TimeSpan AtLeast => TimeSpan.Zero;

    /// <summary>Flags of etcd, beyond kubeadm's.</summary>
    public virtual ImmutableArray<string> Flags => [];

    /// <summary>The drive of each node: disks without a history, unless the incident is about one.</summary>
    public virtual ImmutableArray<string> Recordings => ["good-ssd", "good-ssd", "good-nvme"];

    /// <summary>Pages that Alertmanager sends: one, also if several critical alerts fire.</summary>
    public virtual int Pages => 1;

    /// <summary>Alerts that may fire before it happens.</summary>
    public virtual ImmutableArray<string> Early => [];

    /// <summary>Alerts that may not resolve meanwhile.</summary>
    public virtual ImmutableArray<string> Stays => [];

    /// <summary>Regular expressions of annotations.</summary>
    public virtual ImmutableArray<(string Alert, string Regex)> MustSay => [];

    /// <summary>Runs before anything starts.</summary>
    /// <exception cref="LabException">This machine lacks a requirement.</exception>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Runs once, when all is quiet.</summary>
    public abstract Task HappenAsync(DemoLab lab);

    /// <summary>Runs every second, also before it happens.</summary>
    public virtual async Task MeanwhileAsync(IncidentRun run)
    {
        await run.Lab.Workload.WriteLeasesAsync();
        await run.Lab.Workload.CompactLikeApiserverAsync();
    }
}
