using System.Collections.Immutable;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>Finds the unit that starts etcd, if one is to.</summary>
/// <param name="reader">Reads the node's files.</param>
/// <param name="processes">Says which units run.</param>
internal sealed class SystemdUnits(ConfigReader reader, RunningUnits processes)
{
    private const int MaxDropIns = 64;

    // The strongest folder first, as in systemd.unit(5).
    private static readonly ImmutableArray<string> Folders =
    [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ];

    private static readonly ImmutableArray<string> Names =
        ["etcd.service", "etcd-member.service", "etcd2.service", "etcd3.service"];

    /// <summary>The unit with its drop-ins. Absent when none is installed, or none of them is to run.</summary>
    /// <remarks>Debian's package installs a unit on machines that only want etcdctl, and a node that left the cluster
    /// keeps one that is disabled. Such a unit must not make the node one that is expected to run etcd. What is enabled
    /// is linked from a folder *.wants or *.requires; what was started by hand runs.</remarks>
    public async Task<(string Name, string Path, UnitText Unit)?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            var candidates = Folders.Select(folder => $"{folder}/{name}");
            if (candidates.FirstOrDefault(IsInstalled) is not { } path || IsMasked(path) || !IsToRun(name))
                continue;
            if (await reader.TryReadAsync(path, UnitText.Parse, cancellationToken) is { } unit)
                return (name, path, await WithDropInsAsync(name, unit, cancellationToken));
        }
        return null;
    }

    /// <summary>Where a unit is looked for, for those who wonder why none was found.</summary>
    public static ImmutableArray<string> Places => [.. Folders.Select(folder => $"{folder}/{Names[0]}")];

    // A mask is a link to /dev/null, and the node's /dev need not be mounted.
    private bool IsInstalled(string path) => reader.Files.IsLink(path) || reader.Files.Exists(path);

    private bool IsMasked(string path) => reader.Files.Resolve(path) == "/dev/null";

    private bool IsToRun(string name) =>
        Folders.SelectMany(reader.Files.List)
            .Where(folder => Path.GetExtension(folder) is ".wants" or ".requires")
            .Any(folder => reader.Files.IsLink($"{folder}/{name}"))
        || processes.Runs(name);

    private async Task<UnitText> WithDropInsAsync(string name, UnitText unit, CancellationToken cancellationToken)
    {
        // Of two drop-ins with one name the stronger folder's counts; all are read in the order of their names.
        var dropIns = Folders.SelectMany(folder => reader.Files.List($"{folder}/{name}.d"))
            .Where(path => path.EndsWith(".conf", StringComparison.Ordinal))
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .Take(MaxDropIns);
        foreach (var path in dropIns.Where(path => !IsMasked(path)))
            unit = unit.With(await reader.TryReadAsync(path, UnitText.Parse, cancellationToken) ?? new([]));
        return unit;
    }
}
