namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>What reading pages of one member may take.</summary>
/// <param name="Deadline">For a whole page, its reader included.</param>
/// <param name="Bytes">Of one page at most, whatever is wanted of it.</param>
/// <param name="Connections">At the same time; who finds none waits for one within the deadline.</param>
internal sealed record PageAllowance(TimeSpan Deadline, long Bytes, int Connections)
{
    private const long MaxPageBytes = 64 << 20;

    /// <summary>For probes: a page of 200 kB takes a few milliseconds, and one that takes longer must leave time for
    /// the questions that matter more.</summary>
    public static PageAllowance OfProbes { get; } = new(TimeSpan.FromSeconds(1), MaxPageBytes, Connections: 1);

    /// <summary>For scrapes of etcd's own page, which a slow client may draw out.</summary>
    public static PageAllowance OfScrapes(TimeSpan deadline) => new(deadline, MaxPageBytes, Connections: 4);
}
