using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Settings;

/// <summary>Reads settings from YAML, in which each dot of a key is one level of nesting.</summary>
/// <param name="path">As the user wrote it; the first part of every origin.</param>
internal sealed class YamlSource(SettingTable table, string path)
{
    private const string NestKeys = "write one level for each dot: \"log:\", and below it \"level: info\".";

    private readonly List<RawSetting> _values = [];
    private readonly List<string> _problems = [];

    /// <summary>Parses the whole text. A text without a YAML document contains no settings, which is valid.</summary>
    public RawSettings Read(string text)
    {
        try
        {
            if (YamlText.Parse(text) is { } root)
                ReadSection(root, prefix: "");
        }
        catch (FormatException e)
        {
            _problems.Add($"{path}: invalid YAML: {e.Message}");
        }
        return new(_values, _problems);
    }

    // The recursion is shallow in any document: only prefixes of known keys are entered.
    private void ReadSection(YamlNode node, string prefix)
    {
        if (node is not YamlMappingNode section)
        {
            AddProblem(prefix.TrimEnd('.'), node,
                "write keys and values here, such as \"level: info\" below \"log:\".");
            return;
        }
        foreach (var (name, value) in section.Children)
        {
            if (name.Text() is { } key)
                ReadKey(prefix, key, name, value);
            else
                AddProblem(prefix.TrimEnd('.'), name, "a key must be a word.");
        }
    }

    private void ReadKey(string prefix, string name, YamlNode at, YamlNode value)
    {
        var key = prefix + name;
        if (name.Contains('.', StringComparison.Ordinal))
            AddProblem(key, at, table.Find(key) is null ? table.Advice(key) : NestKeys);
        else if (table.Find(key) is { } row)
            ReadValue(row, value, at);
        else if (table.IsSection(key))
            ReadSection(value, key + ".");
        else
            AddProblem(key, at, table.Advice(key));
    }

    private void ReadValue(Setting row, YamlNode value, YamlNode at)
    {
        if (!row.InFile)
            AddProblem(row.Key, at, $"not allowed in the file; set it as {row.Flag} or {row.Variable}.");
        else if (value is YamlScalarNode)
            Add(row, value);
        else if (value is not YamlSequenceNode list || !row.Repeatable)
            AddProblem(row.Key, at, row.Repeatable ? "write one value, or a list of values." : "write one value.");
        else if (list.Children is [])
            AddProblem(row.Key, at, "the list is empty; write an item, or leave the setting out.");
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
                AddProblem(row.Key, item, "each item must be one value.");
        }
    }

    private void Add(Setting row, YamlNode value) => _values.Add(new(row.Key, value.Text() ?? "", Origin(value)));

    private void AddProblem(string key, YamlNode at, string problem) =>
        _problems.Add(key is "" ? $"{Origin(at)}: {problem}"
            : $"{(table.Find(key) is null ? Quoted.Text(key) : key)} ({Origin(at)}): {problem}");

    private string Origin(YamlNode node) => $"{path}:{node.Start.Line}";
}
