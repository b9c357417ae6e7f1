using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Reads etcd from the systemd unit that starts it: packages of distributions, kubespray, and manual
/// setups.</summary>
internal sealed class SystemdSource(ConfigReader reader)
{
    // Each file is read whole, and a unit could list the same one 50,000 times.
    private const int MaxEnvironmentFiles = 16;

    private readonly SystemdUnits _units = new(reader);
    private readonly List<string> _unreadable = [];

    /// <summary>Units that <see cref="StartsEtcdAsync"/> could not read, one sentence each.</summary>
    public IEnumerable<string> Unreadable => _unreadable;

    /// <summary>Reads the unit. Returns <see langword="null"/> if it is no longer installed, or masked.</summary>
    /// <exception cref="FormatException">No command of the unit is recognised as etcd.</exception>
    public async Task<EtcdInstallation?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await _units.ReadAsync(name, cancellationToken) is not { } unit)
            return null;
        var (environment, command) = await CommandAsync(unit, cancellationToken)
            ?? throw new UnknownStartException($"{unit.Path}: no command is recognised as etcd; set etcd.endpoints");
        foreach (var file in Limited(unit.Path, command.EnvironmentFiles))
        {
            environment = environment.SetItems(
                await reader.ReadAsync(file, EnvironmentText.ParseFile, cancellationToken));
        }
        environment = environment.SetItems(command.Assignments);
        var started = EtcdOptions.From(EtcdFlags.Parse(command.Arguments), environment);
        var (options, configFile) =
            await reader.FollowConfigFileAsync(started, command.Mounts.ToHost, cancellationToken);
        var found = new EtcdInstallationBuilder(reader.Files, command.Mounts.ToHost)
            .Build("systemd", unit.Path, configFile, options);
        return found with { Unit = name };
    }

    /// <summary>True if the text of a unit of any name says that it starts etcd. A unit that is unreadable or starts
    /// nothing, as if cut off, counts if its name says so, or if it started etcd before.</summary>
    /// <remarks>Reads one file: variables and their files are left for <see cref="FindAsync"/>.</remarks>
    public async Task<bool> StartsEtcdAsync(string name, bool didBefore, CancellationToken cancellationToken)
    {
        var isLikely = didBefore || name.Contains(EtcdProcess.Name, StringComparison.Ordinal);
        try
        {
            if (await _units.ReadAsync(name, cancellationToken) is not { } unit
                || unit.Text.List("Type").Contains("oneshot", StringComparer.Ordinal))
            {
                return false;
            }
            return unit.Text.List("ExecStart") is [_, ..] lines ? lines.Any(line => IsStart(unit, line)) : isLikely;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            if (!isLikely)
                _unreadable.Add($"{EtcdConfigProblem.From(reader.LastPath, e).Message}; {name} may start etcd");
            return isLikely;
        }
    }

    private static bool IsStart(SystemdUnit unit, string line)
    {
        if (!line.Contains(EtcdProcess.Name, StringComparison.Ordinal))
            return false;
        var words = Words(line, ImmutableDictionary<string, string?>.Empty, new(unit.Path));
        return EtcdCommand.IsStart(words) && EtcdCommand.Find(words) is not null;
    }

    private async Task<(ImmutableDictionary<string, string?> Environment, EtcdCommand Command)?> CommandAsync(
        SystemdUnit unit, CancellationToken cancellationToken)
    {
        var (hostName, budget) = (HostName(), new ExpansionBudget(unit.Path));
        string Expand(string text) => UnitVariables.ExpandSpecifiers(text, unit.Name, hostName, budget);
        var environment = await EnvironmentAsync(unit, Expand, cancellationToken);
        foreach (var line in unit.Text.List("ExecStart"))
        {
            if (EtcdCommand.Find(Words(Expand(line), environment, budget)) is { } command)
                return (environment, command);
        }
        return null;
    }

    // Files override Environment=, whichever comes first in the unit.
    private async Task<ImmutableDictionary<string, string?>> EnvironmentAsync(
        SystemdUnit unit, Func<string, string> expand, CancellationToken cancellationToken)
    {
        var environment = EnvironmentText.ParseAssignments(unit.Text.List("Environment").Select(expand));
        foreach (var entry in Limited(unit.Path, unit.Text.List("EnvironmentFile")).Select(expand))
        {
            var isOptional = entry.StartsWith('-');
            var path = entry.TrimStart('-');
            environment = environment.SetItems(isOptional
                ? await reader.TryReadAsync(path, EnvironmentText.ParseFile, cancellationToken) ?? []
                : await reader.ReadAsync(path, EnvironmentText.ParseFile, cancellationToken));
        }
        return environment;
    }

    private static ImmutableArray<string> Limited(string unitPath, ImmutableArray<string> files) =>
        files.Length <= MaxEnvironmentFiles
            ? files
            : throw new FormatException(
                $"{unitPath} lists {files.Length} environment files; list at most {MaxEnvironmentFiles}");

    private static ImmutableArray<string> Words(
        string line, ImmutableDictionary<string, string?> environment, ExpansionBudget budget)
    {
        var command = line.TrimStart('-', '@', ':', '+', '!', '|');
        var prefixes = line[..^command.Length];
        var words = ShellWords.Split(command);
        // With "@" the second word is argv[0], not an argument.
        if (prefixes.Contains('@', StringComparison.Ordinal) && words.Length > 1)
            words = words.RemoveAt(1);
        var isLiteral = prefixes.Contains(':', StringComparison.Ordinal);
        return isLiteral ? words : UnitVariables.Expand(words, environment, budget);
    }

    private string? HostName()
    {
        try
        {
            return reader.Files.ReadText("/etc/hostname", maxBytes: 4096).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
