namespace EtcdSentinelExporter.Host.Units;

/// <summary>A systemd unit with its drop-ins.</summary>
/// <param name="Name">Such as <c>etcd.service</c> or <c>etcd@main.service</c>.</param>
/// <param name="Path">Host path of its file; of the template, if it is an instance.</param>
internal sealed record SystemdUnit(string Name, string Path, UnitText Text);

/// <summary>Finds systemd units in the node's folders.</summary>
/// <param name="reader">Reads the node's files.</param>
internal sealed class SystemdUnits(ConfigReader reader)
{
    private const int MaxDropIns = 64;
    private const string Suffix = ".service";

    // Folders by precedence, as in systemd.unit(5). The generator's folder has the units that quadlets become.
    private static readonly ImmutableArray<string> Folders =
    [
        "/run/systemd/transient", "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator",
        "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ];

    /// <summary>Paths that are searched, for the message that none was found.</summary>
    public static ImmutableArray<string> SearchedPaths(string name) =>
        [.. Folders.Select(folder => $"{folder}/{name}")];

    /// <summary>Returns the names of the enabled services, in ordinal order.</summary>
    /// <remarks>A package may install a unit on machines that need only its client, as Debian's etcd does, and a node
    /// that left the cluster keeps a disabled one. Such a unit does not mean that the node should run etcd. An enabled
    /// unit is linked from a folder *.wants or *.requires.</remarks>
    public IEnumerable<string> Enabled() =>
        Folders.SelectMany(reader.Files.List)
            .Where(folder => Path.GetExtension(folder) is ".wants" or ".requires")
            .SelectMany(reader.Files.List)
            .Where(link => link.EndsWith(Suffix, StringComparison.Ordinal) && reader.Files.IsLink(link))
            .Select(link => Path.GetFileName(link))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    /// <summary>Reads a unit with its drop-ins; <see langword="null"/> if it is not installed, or masked.</summary>
    public async Task<SystemdUnit?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (PathOf(name) is not { } path || IsMasked(path)
            || await reader.TryReadAsync(path, UnitText.Parse, cancellationToken) is not { } unit)
        {
            return null;
        }
        return new(name, path, await WithDropInsAsync(name, unit, cancellationToken));
    }

    /// <summary>Host path of a unit's own file; <see langword="null"/> if it is not installed.</summary>
    public string? PathOf(string name) => Candidates(name).FirstOrDefault(IsInstalled);

    // The file of an instance name@instance is that of the template, unless it has one of its own.
    private static IEnumerable<string> Candidates(string name)
    {
        var own = Folders.Select(folder => $"{folder}/{name}");
        return name.Split('@', 2) is [var prefix, _]
            ? own.Concat(Folders.Select(folder => $"{folder}/{prefix}@{Suffix}"))
            : own;
    }

    // A mask is a link to /dev/null, and the node's /dev may not be mounted here.
    private bool IsInstalled(string path) => reader.Files.IsLink(path) || reader.Files.Exists(path);

    private bool IsMasked(string path) => reader.Files.Resolve(path) == "/dev/null";

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
