using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Puts the sources together: flag beats environment beats file beats default, key by key.</summary>
/// <param name="readFile">Text of a file; throws <see cref="FormatException"/> with a sentence when there is
/// none.</param>
internal sealed class SettingsReader(SettingTable table, Func<string, string> readFile)
{
    /// <summary>Everything that was given, checked row by row: ask <see cref="SettingValues.Problems"/> first.</summary>
    public SettingValues Read(RawSettings flags, IReadOnlyDictionary<string, string> environment)
    {
        var variables = EnvironmentSource.Read(table, environment);
        var file = ReadFile(Strongest(flags, variables));
        var settings = new SettingValues(
            Strongest(flags, variables, file), [.. flags.Problems, .. variables.Problems, .. file.Problems]);
        foreach (var row in table.Rows)
            row.Check(settings);
        return settings;
    }

    private RawSettings ReadFile(ILookup<string, RawSetting> given)
    {
        // A path that is not given well has its complaint when all rows are checked.
        if (new SettingValues(given).Get(GeneralSettings.ConfigFile) is not { } path)
            return RawSettings.None;
        try
        {
            return new YamlSource(table, path).Read(readFile(path));
        }
        catch (FormatException e)
        {
            var origin = given[GeneralSettings.ConfigFile.Key].First().Origin;
            return new([], [$"{GeneralSettings.ConfigFile.Key}: {Quoted.Text(path)} ({origin}): {e.Message}"]);
        }
    }

    // The strongest source replaces a whole list, so that what a flag says is all there is.
    private static ILookup<string, RawSetting> Strongest(params RawSettings[] sources) => sources
        .SelectMany((source, rank) => source.Values.Select(value => (rank, value)))
        .GroupBy(one => one.value.Key, StringComparer.Ordinal)
        .SelectMany(group => group.Where(one => one.rank == group.Min(other => other.rank)).Select(one => one.value))
        .ToLookup(value => value.Key, StringComparer.Ordinal);
}
