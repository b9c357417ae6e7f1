using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>What the costly part of discovery found.</summary>
/// <param name="Units">Names of the units that start etcd, the usual ones first.</param>
/// <param name="Quadlets">Paths of the quadlets that start etcd.</param>
/// <param name="Processes">The etcd processes of the node.</param>
/// <param name="OtherDatastores">Running datastores that are not the node's etcd, one sentence each.</param>
internal sealed record NodeSearchResult(
    ImmutableArray<string> Units, ImmutableArray<string> Quadlets, ImmutableArray<EtcdProcess> Processes,
    ImmutableArray<string> OtherDatastores)
{
    public static NodeSearchResult Nothing { get; } = new([], [], [], []);

    /// <summary>As in <see cref="EtcdDiscovered.Warnings"/>.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}

/// <summary>Looks for etcd among all enabled units and all processes, at most once a minute.</summary>
/// <remarks>A node may have thousands of processes, and a poll comes every 15 seconds. In between, only the processes
/// that were found are checked: if one has ended, the search is repeated at once. Not for concurrent use.</remarks>
internal sealed class NodeSearch(HostFiles files, ProcessTable? table, TimeProvider clock)
{
    /// <summary>Names of etcd's unit, as packages use them.</summary>
    public static ImmutableArray<string> UsualUnits { get; } =
        ["etcd.service", "etcd-member.service", "etcd2.service", "etcd3.service"];

    private const string Dqlite = "k8s-dqlite";
    private const string Kine = "kine";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private NodeSearchResult? _last;
    private long _searchedAt;

    /// <summary>The sentence about an empty file.</summary>
    public static string EmptyFile(string path) => $"{path} is empty, so what it should set is unknown; write it again";

    /// <summary>What the last search that succeeded found.</summary>
    public NodeSearchResult Last => _last ?? NodeSearchResult.Nothing;

    public async Task<NodeSearchResult> GetAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && clock.GetElapsedTime(_searchedAt) < Every
            && last.Processes.All(found => table!.IsRunning(found.Process)))
        {
            return last;
        }
        var at = clock.GetTimestamp();
        _last = await SearchAsync(_last?.Units ?? [], cancellationToken);
        _searchedAt = at;
        return _last;
    }

    private async Task<NodeSearchResult> SearchAsync(
        ImmutableArray<string> unitsBefore, CancellationToken cancellationToken)
    {
        var running = table?.Find([EtcdProcess.Name, Dqlite, Kine]) ?? [];
        var processes = table is null ? [] : EtcdProcess.Among(table, running);
        var reader = new ConfigReader(files);
        var source = new SystemdSource(reader);
        var units = await UnitsAsync(reader, source, processes, unitsBefore, cancellationToken);
        return new(
            units,
            [.. new QuadletSource(reader).Find()
                .Where(path => !units.Contains(QuadletSource.UnitOf(path), StringComparer.Ordinal))],
            processes,
            [.. running.Select(process => process.Name).Where(name => name is Dqlite or Kine)
                .Distinct(StringComparer.Ordinal).Select(name => $"{name} runs here, which is not etcd")
                .Concat(table is null ? [] : EtcdProcess.Isolated(table, running))])
        {
            Warnings = [.. source.Unreadable, .. reader.Empty.Select(EmptyFile)],
        };
    }

    private static async Task<ImmutableArray<string>> UnitsAsync(
        ConfigReader reader, SystemdSource source, ImmutableArray<EtcdProcess> processes,
        ImmutableArray<string> before, CancellationToken cancellationToken)
    {
        var units = new SystemdUnits(reader);
        var names = units.Enabled().Concat(processes.Select(found => found.Process.Unit).OfType<string>())
            .Distinct(StringComparer.Ordinal).OrderByDescending(name => IsUsual(name)).ToList();
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            var didBefore = before.Contains(name, StringComparer.Ordinal);
            if (IsUsual(name) || await source.StartsEtcdAsync(name, didBefore, cancellationToken))
                found.Add(name);
        }
        return found.ToImmutable();
    }

    private static bool IsUsual(string unit) => UsualUnits.Contains(unit, StringComparer.Ordinal);
}
