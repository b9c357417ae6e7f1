using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Reads settings from environment variables that begin with <c>ETCDSENTINEL_</c>.</summary>
internal static class EnvironmentSource
{
    public static RawSettings Read(SettingTable table, IReadOnlyDictionary<string, string> environment)
    {
        var rows = table.Rows.ToDictionary(row => row.Variable, StringComparer.Ordinal);
        var values = new List<RawSetting>();
        var problems = new List<string>();
        foreach (var (name, text) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal))
                continue;
            if (rows.TryGetValue(name, out var row))
                values.AddRange(Items(row, text).Select(item => new RawSetting(row.Key, item, name)));
            else
                problems.Add($"{Quoted.Text(name)} (environment): {table.AdviceForVariable(name)}");
        }
        return new(values, problems);
    }

    // An empty list stays one empty item, so that it is rejected like any other empty value.
    private static string[] Items(Setting row, string text) =>
        row.Repeatable && text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, ..] items
            ? items
            : [text];
}
