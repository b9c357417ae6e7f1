namespace EtcdSentinelExporter.Host.Units;

/// <summary>Finds the systemd unit that starts a program, if it is enabled or running.</summary>
/// <param name="program">Name of its process.</param>
/// <param name="names">Names of its unit, as packages use them; the first that exists wins.</param>
internal sealed class SystemdUnits(
    ConfigReader reader, ProcessTable processes, string program, ImmutableArray<string> names)
{
    private const int MaxDropIns = 64;

    // Folders by precedence, as in systemd.unit(5).
    private static readonly ImmutableArray<string> Folders =
    [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ];

    /// <summary>Returns the unit with its drop-ins; <see langword="null"/> if none is installed, or none is enabled or
    /// running.</summary>
    /// <remarks>A package may install a unit on machines that need only its client, as Debian's etcd does, and a node
    /// that left the cluster keeps a disabled one. Such a unit does not mean that the node should run etcd. An enabled
    /// unit is linked from a folder *.wants or *.requires; a unit started by hand is running.</remarks>
    public async Task<(string Name, string Path, UnitText Unit)?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var candidates = Folders.Select(folder => $"{folder}/{name}");
            if (candidates.FirstOrDefault(IsInstalled) is not { } path || IsMasked(path) || !IsEnabledOrRunning(name))
                continue;
            if (await reader.TryReadAsync(path, UnitText.Parse, cancellationToken) is { } unit)
                return (name, path, await WithDropInsAsync(name, unit, cancellationToken));
        }
        return null;
    }

    /// <summary>Paths that are searched, for the message that none was found.</summary>
    public static ImmutableArray<string> SearchedPaths(string name) =>
        [.. Folders.Select(folder => $"{folder}/{name}")];

    // A mask is a link to /dev/null, and the node's /dev may not be mounted here.
    private bool IsInstalled(string path) => reader.Files.IsLink(path) || reader.Files.Exists(path);

    private bool IsMasked(string path) => reader.Files.Resolve(path) == "/dev/null";

    private bool IsEnabledOrRunning(string name) =>
        Folders.SelectMany(reader.Files.List)
            .Where(folder => Path.GetExtension(folder) is ".wants" or ".requires")
            .Any(folder => reader.Files.IsLink($"{folder}/{name}"))
        || processes.IsRunning(program, name);

    private async Task<UnitText> WithDropInsAsync(string name, UnitText unit, CancellationToken cancellationToken)
    {
        // Of two drop-ins with the same name, the folder with precedence wins; all are read in the order of their
        // names.
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
