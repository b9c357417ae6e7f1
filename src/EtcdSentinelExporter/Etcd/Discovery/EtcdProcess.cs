using System.Text.RegularExpressions;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>A running etcd.</summary>
/// <param name="Options">From its command line and environment, without those of its configuration file.</param>
/// <param name="IsComplete">False if its environment cannot be read, so that options may be missing.</param>
/// <param name="ToHost">Maps its paths to those of the node.</param>
internal sealed partial record EtcdProcess(
    HostProcess Process, EtcdOptions Options, bool IsComplete, Func<string, string> ToHost)
{
    /// <summary>True if the options tell its address, or the file that does.</summary>
    public bool IsKnown => IsComplete || Options.IsSet("listen-client-urls") || Options.IsSet("config-file");

    public const string Name = "etcd";

    /// <summary>Returns the etcd processes that belong to the node itself.</summary>
    /// <param name="table">Reads their environment and network.</param>
    /// <param name="running">Processes, also of other names.</param>
    public static ImmutableArray<EtcdProcess> Among(ProcessTable table, ImmutableArray<HostProcess> running) =>
        [.. running.Where(process => process.Name == Name && IsOfNode(process) && !IsIsolated(table, process))
            .Select(found => Read(table, found))];

    /// <summary>Returns one sentence for each etcd process that has a network of its own.</summary>
    /// <inheritdoc cref="Among"/>
    public static IEnumerable<string> Isolated(ProcessTable table, ImmutableArray<HostProcess> running) =>
        from process in running
        where process.Name == Name && IsOfNode(process) && IsIsolated(table, process)
        select $"an etcd in a network of its own runs here (/proc/{process.Id}), which is not the node's own; "
            + "set etcd.endpoints to poll it";

    private static EtcdProcess Read(ProcessTable table, HostProcess process)
    {
        var environment = table.Environment(process);
        var options = EtcdOptions.From(
            EtcdFlags.Parse([.. process.Words.Skip(1)]),
            (environment ?? []).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        var mounts = new Lazy<ProcessMounts>(() => new(table.Mounts(process.Id), table.Mounts(1)));
        return new(process, options, environment is not null, path => mounts.Value.ToHost(path));
    }

    // Its addresses are not those of the node: another etcd may listen on the same one here. Control planes use the
    // network of the node. Without permission to look, it counts as the node's.
    private static bool IsIsolated(ProcessTable table, HostProcess process) =>
        table.NetworkOf(process.Id) is { } own && table.NetworkOf(1) is { } host && own != host;

    // An ordinary pod may run an etcd of its own, as vcluster does, and so may a cluster in containers (kind). A static
    // pod has a hash for its ID, where other pods have a UUID.
    private static bool IsOfNode(HostProcess process) =>
        process.Words is not [_, "grpc-proxy" or "gateway", ..]
        && !OrdinaryPod().IsMatch(process.Groups)
        && !(process.Groups.Contains("docker", StringComparison.Ordinal)
            && process.Groups.Contains("kubepods", StringComparison.Ordinal));

    [GeneratedRegex(
        "pod[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OrdinaryPod();
}
