using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd as a systemd service: packages of distributions, kubespray, and manual setups.</summary>
internal sealed class SystemdSource(ConfigReader reader, ProcessTable processes)
{
    /// <summary>Names of etcd's unit, as packages use them.</summary>
    public static ImmutableArray<string> Units { get; } =
        ["etcd.service", "etcd-member.service", "etcd2.service", "etcd3.service"];

    // Each file is read whole, and a unit could list the same one 50,000 times.
    private const int MaxEnvironmentFiles = 16;

    /// <summary>Reads the unit. Returns <see langword="null"/> if no unit starts etcd.</summary>
    /// <exception cref="FormatException">No command of the unit is recognised as etcd.</exception>
    public async Task<EtcdInstallation?> FindAsync(CancellationToken cancellationToken)
    {
        var units = new SystemdUnits(reader, processes, "etcd", Units);
        if (await units.FindAsync(cancellationToken) is not var (name, path, unit))
            return null;
        var (hostName, budget) = (HostName(), new ExpansionBudget(path));
        string Expand(string text) => UnitVariables.ExpandSpecifiers(text, name, hostName, budget);
        var environment = await EnvironmentAsync(path, unit, Expand, cancellationToken);
        var command = unit.List("ExecStart")
            .Select(line => Command(Expand(line), environment, budget)).FirstOrDefault(found => found is not null)
            ?? throw new FormatException($"{path}: no command is recognised as etcd; set etcd.endpoints");
        foreach (var file in Limited(path, command.EnvironmentFiles))
        {
            environment = environment.SetItems(
                await reader.ReadAsync(file, EnvironmentText.ParseFile, cancellationToken));
        }
        environment = environment.SetItems(command.Assignments);
        var started = EtcdOptions.From(EtcdFlags.Parse(command.Arguments), environment);
        var (options, configFile) =
            await reader.FollowConfigFileAsync(started, toHost: same => same, cancellationToken);
        return new EtcdInstallationBuilder(reader.Files, toHost: same => same)
            .Build("systemd", path, configFile, options);
    }

    // Files override Environment=, whichever comes first in the unit.
    private async Task<ImmutableDictionary<string, string?>> EnvironmentAsync(
        string unitPath, UnitText unit, Func<string, string> expand, CancellationToken cancellationToken)
    {
        var environment = EnvironmentText.ParseAssignments(unit.List("Environment").Select(expand));
        foreach (var entry in Limited(unitPath, unit.List("EnvironmentFile")).Select(expand))
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

    private static EtcdCommand? Command(
        string line, ImmutableDictionary<string, string?> environment, ExpansionBudget budget)
    {
        var command = line.TrimStart('-', '@', ':', '+', '!', '|');
        var prefixes = line[..^command.Length];
        var words = ShellWords.Split(command);
        // With "@" the second word is argv[0], not an argument.
        if (prefixes.Contains('@', StringComparison.Ordinal) && words.Length > 1)
            words = words.RemoveAt(1);
        var isLiteral = prefixes.Contains(':', StringComparison.Ordinal);
        return EtcdCommand.Find(isLiteral ? words : UnitVariables.Expand(words, environment, budget));
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
