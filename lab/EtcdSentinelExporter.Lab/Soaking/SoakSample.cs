namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>What the kernel says of the exporter at one moment. Memory in MiB.</summary>
/// <param name="Hours">Since the start of the run.</param>
/// <param name="Proportional">Resident memory, with a share of what other processes map too.</param>
/// <param name="Timers">POSIX timers and timer descriptors. Timers of .NET are objects: they show as memory.</param>
/// <param name="Children">Processes that it started.</param>
/// <param name="StandIns">Stand-ins for smartctl on this machine, also those that lost their parent.</param>
/// <param name="Cgroups">Cgroups below its own.</param>
/// <param name="Load">Load average of the machine over a minute.</param>
internal sealed record SoakSample(
    double Hours, double Resident, double Proportional, double Anonymous, int Threads, int Descriptors, int Timers,
    int Children, int StandIns, int Cgroups, double Load)
{
    public const string Header =
        "hours,resident,proportional,anonymous,threads,descriptors,timers,children,stand_ins,cgroups,load";

    /// <summary>What must not stay above its number at the start.</summary>
    public static readonly (string Name, Func<SoakSample, int> Of, int Slack)[] Counts =
    [
        // Threads of the pool come and go.
        ("threads", sample => sample.Threads, 4),
        ("descriptors", sample => sample.Descriptors, 4),
        ("timers", sample => sample.Timers, 0),
        ("processes", sample => Math.Max(sample.Children, sample.StandIns), 0),
        ("cgroups", sample => sample.Cgroups, 0),
    ];

    public string Line => FormattableString.Invariant(
        $"{Hours:0.0000},{Resident:0.00},{Proportional:0.00},{Anonymous:0.00},{Threads},{Descriptors},{Timers},")
        + FormattableString.Invariant($"{Children},{StandIns},{Cgroups},{Load:0.00}");

    /// <summary>True if no count is above that of another sample, but for its slack.</summary>
    public bool IsWithin(SoakSample other) =>
        Array.TrueForAll(Counts, count => count.Of(this) <= count.Of(other) + count.Slack);

    /// <summary>The larger of each count, but the fewer processes: smartctl comes and goes.</summary>
    public SoakSample Or(SoakSample other) => this with
    {
        Threads = Math.Max(Threads, other.Threads),
        Descriptors = Math.Max(Descriptors, other.Descriptors),
        Timers = Math.Max(Timers, other.Timers),
        Children = Math.Min(Children, other.Children),
        StandIns = Math.Min(StandIns, other.StandIns),
        Cgroups = Math.Max(Cgroups, other.Cgroups),
    };
}
