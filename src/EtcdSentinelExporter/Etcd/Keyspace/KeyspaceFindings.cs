using System.Globalization;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Findings about what fills the database.</summary>
internal static class KeyspaceFindings
{
    /// <summary>As in the alert rules.</summary>
    public const long ManyObjects = 10_000;

    /// <summary>Growth in an hour, relative to the present number.</summary>
    public const double GrowthWarning = 0.1;

    /// <summary>Events that no healthy cluster has: they expire after an hour.</summary>
    public const long EventStorm = 50_000;

    public const long ManyKeys = 100_000;
    public const double ManyKeysShare = 0.5;

    public const long ManyLeases = 1_000;
    public const long LeasesPerNode = 10;

    private const string WhoWrites =
        "Find the writer: etcd-sentinel-exporter writers --for 30s names the resource, the namespace and the object.";

    public static IEnumerable<Finding> Judge(KeyspaceReading reading) =>
        from member in reading.Members
        where member.Counts is not null
        from finding in Growth(member).Concat(Many(member.Endpoint, member.Counts!))
        select finding;

    private static IEnumerable<Finding> Growth(MemberKeyspace member) =>
        from one in member.Counts!.Resources
        where one.Keys > ManyObjects
        let growth = member.GrowthPerHour(one.Resource)
        where growth > GrowthWarning * one.Keys
        select new Finding("EtcdObjectsGrowing", Severity.Info, member.Endpoint,
            Summary: Text($"{one.Resource} grow by {growth:#,0} an hour; there are {one.Keys:#,0}."),
            NextStep: WhoWrites);

    private static IEnumerable<Finding> Many(string endpoint, KeyCounts counts)
    {
        var events = counts.Of(KubernetesResources.Events);
        if (events > EventStorm)
        {
            yield return new("EtcdManyKeys", Severity.Warning, endpoint,
                Text($"An events storm: {events:#,0} events; they expire after an hour."),
                "Stop what repeats: a crash loop, a probe that fails, or a controller. " + WhoWrites);
        }
        if (counts.Resources is [var most, ..] && most.Keys > ManyKeys && most.Keys > ManyKeysShare * counts.Counted
            && most.Resource != KubernetesResources.Events)
        {
            yield return new("EtcdManyKeys", Severity.Info, endpoint,
                Text($"{most.Resource} have {most.Keys:#,0} of {counts.Counted:#,0} keys."),
                "Find out what creates them, and whether it deletes any.");
        }
        var (leases, nodes) = (counts.Of(KubernetesResources.Leases), counts.Of(KubernetesResources.Nodes));
        if (leases > ManyLeases && leases > LeasesPerNode * nodes)
        {
            yield return new("EtcdManyKeys", Severity.Info, endpoint,
                Text($"{leases:#,0} leases for {nodes:#,0} nodes: each is renewed every few seconds, or left behind."),
                "Look at who holds them (kubectl get leases -A); delete those of nodes and controllers that are gone.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
