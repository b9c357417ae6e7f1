using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Merges the sources, key by key. Precedence: flag, environment, file, default.</summary>
/// <param name="readFile">Returns the text of a file; throws <see cref="FormatException"/> if it cannot be
/// read.</param>
internal sealed class SettingsReader(SettingTable table, Func<string, string> readFile)
{
    /// <summary>Reads and validates all settings. The values are usable only if
    /// <see cref="SettingValues.Problems"/> is empty.</summary>
    public SettingValues Read(RawSettings flags, IReadOnlyDictionary<string, string> environment)
    {
        var variables = EnvironmentSource.Read(table, environment);
        var file = ReadFile(Merge(flags, variables));
        var settings = new SettingValues(
            Merge(flags, variables, file), [.. flags.Problems, .. variables.Problems, .. file.Problems]);
        foreach (var row in table.Rows)
            row.Check(settings);
        return settings;
    }

    private RawSettings ReadFile(ILookup<string, RawSetting> raw)
    {
        // Read checks all rows later, and reports an invalid path then.
        if (new SettingValues(raw).Get(GeneralSettings.ConfigFile) is not { } path)
            return RawSettings.None;
        try
        {
            return new YamlSource(table, path).Read(readFile(path));
        }
        catch (FormatException e)
        {
            var origin = raw[GeneralSettings.ConfigFile.Key].First().Origin;
            return new([], [$"{GeneralSettings.ConfigFile.Key}: {Quoted.Text(path)} ({origin}): {e.Message}"]);
        }
    }

    // Lists are replaced, not joined: if a flag sets a list, items from the environment and the file are ignored.
    private static ILookup<string, RawSetting> Merge(params RawSettings[] sources) => sources
        .SelectMany((source, rank) => source.Values.Select(value => (rank, value)))
        .GroupBy(ranked => ranked.value.Key, StringComparer.Ordinal)
        .SelectMany(group => group
            .Where(ranked => ranked.rank == group.Min(other => other.rank)).Select(ranked => ranked.value))
        .ToLookup(value => value.Key, StringComparer.Ordinal);
}
