using System.Collections.Frozen;

namespace EtcdSentinelExporter.Settings;

/// <summary>All settings, with suggestions for unknown ones.</summary>
internal sealed class SettingTable(ImmutableArray<Setting> rows)
{
    private readonly FrozenDictionary<string, Setting> _byKey =
        rows.ToFrozenDictionary(row => row.Key, StringComparer.Ordinal);

    // Such as "web" or "etcd": the nested mappings of a YAML file.
    private readonly FrozenSet<string> _sections = rows
        .SelectMany(row => row.Key.Select((c, at) => c == '.' ? row.Key[..at] : "").Where(section => section is not ""))
        .ToFrozenSet(StringComparer.Ordinal);

    public ImmutableArray<Setting> Rows => rows;

    public Setting? Find(string key) => _byKey.GetValueOrDefault(key);

    public bool IsSection(string path) => _sections.Contains(path);

    /// <summary>Message for an unknown key: the most similar key, or how to list all settings.</summary>
    public string Advice(string key) =>
        Sentence(rows.FirstOrDefault(row => row.Key.EndsWith("." + key, StringComparison.Ordinal))?.Key
            ?? Nearest.To(key, [.. rows.Select(row => row.Key), .. _sections]));

    public string AdviceForFlag(string flag) =>
        Sentence(Nearest.To(flag, [.. rows.Select(row => row.Flag), "--help", "--version"]));

    public string AdviceForVariable(string variable) =>
        Sentence(Nearest.To(variable, [.. rows.Select(row => row.Variable)]));

    private static string Sentence(string? near) =>
        near is null ? "unknown setting; --help lists all." : $"unknown setting; did you mean {near}?";
}
