using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Settings;

/// <summary>Settings from a YAML file, in which each dot of a key is one level.</summary>
/// <param name="path">As the user gave it: the beginning of every origin.</param>
internal sealed class YamlSource(SettingTable table, string path)
{
    private const string OneLevelEach = "write one level for each dot: \"log:\", and below it \"level: info\".";

    private readonly List<RawSetting> _values = [];
    private readonly List<string> _problems = [];

    /// <summary>Reads the whole text. A text without any document is no settings.</summary>
    public RawSettings Read(string text)
    {
        try
        {
            if (YamlText.Parse(text) is { } root)
                ReadSection(root, prefix: "");
        }
        catch (FormatException e)
        {
            _problems.Add($"{path}: not the YAML of settings: {e.Message}");
        }
        return new(_values, _problems);
    }

    // Deep documents end here soon: only the beginnings of known keys are entered.
    private void ReadSection(YamlNode node, string prefix)
    {
        if (node is not YamlMappingNode section)
        {
            Complain(prefix.TrimEnd('.'), node,
                "write keys and values here, such as \"level: info\" below \"log:\".");
            return;
        }
        foreach (var (name, value) in section.Children)
        {
            if (name.Text() is { } key)
                ReadKey(prefix, key, name, value);
            else
                Complain(prefix.TrimEnd('.'), name, "a key must be a word.");
        }
    }

    private void ReadKey(string prefix, string name, YamlNode at, YamlNode value)
    {
        var key = prefix + name;
        if (name.Contains('.', StringComparison.Ordinal))
            Complain(key, at, table.Find(key) is null ? table.Advice(key) : OneLevelEach);
        else if (table.Find(key) is { } row)
            ReadValue(row, value, at);
        else if (table.IsSection(key))
            ReadSection(value, key + ".");
        else
            Complain(key, at, table.Advice(key));
    }

    private void ReadValue(Setting row, YamlNode value, YamlNode at)
    {
        if (!row.InFile)
            Complain(row.Key, at, $"cannot stand in the file; give it as {row.Flag} or {row.Variable}.");
        else if (value is YamlScalarNode)
            Add(row, value);
        else if (value is not YamlSequenceNode list || !row.Repeatable)
            Complain(row.Key, at, row.Repeatable ? "write one value, or a list of values." : "write one value.");
        else if (list.Children is [])
            Complain(row.Key, at, "an empty list is an error; write an item, or leave the setting out.");
        else
            ReadItems(row, list);
    }

    private void ReadItems(Setting row, YamlSequenceNode list)
    {
        foreach (var item in list.Children)
        {
            if (item is YamlScalarNode)
                Add(row, item);
            else
                Complain(row.Key, item, "each item must be one value.");
        }
    }

    private void Add(Setting row, YamlNode value) => _values.Add(new(row.Key, value.Text() ?? "", Origin(value)));

    private void Complain(string key, YamlNode at, string problem) =>
        _problems.Add(key is "" ? $"{Origin(at)}: {problem}"
            : $"{(table.Find(key) is null ? Quoted.Text(key) : key)} ({Origin(at)}): {problem}");

    private string Origin(YamlNode node) => $"{path}:{node.Start.Line}";
}
