using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Parses and validates one section of the configuration.</summary>
/// <param name="node"><see langword="null"/> if the section does not exist.</param>
/// <param name="path">Path of the section, for error messages; empty for the file itself.</param>
/// <param name="problems">Receives an error message with the line, for each problem.</param>
internal sealed class ConfigSection(YamlNode? node, string path, List<string> problems)
{
    // Error messages quote keys but no values, because a password may be in the wrong place.
    private const int MaxNameLength = 60;

    private bool Exists => node is not null && !(node is YamlScalarNode && node.Text() is null);

    /// <summary>Adds an error for every other key.</summary>
    public ConfigSection Allow(params ReadOnlySpan<string> keys)
    {
        if (Exists && node is not YamlMappingNode)
            Complain(node!, path, "write keys and values here.");
        foreach (var key in (node as YamlMappingNode)?.Children.Keys ?? [])
        {
            if (key.Text() is not { } name || !keys.Contains(name))
                Complain(key, Join(key.Text() ?? ""), $"unknown key; valid keys: {string.Join(", ", keys.ToArray())}.");
        }
        return this;
    }

    public ConfigSection Section(string key) => new(node.At(key), Join(key), problems);

    /// <summary>Returns every key with its text. Adds an error for a value that is not a text.</summary>
    public IEnumerable<(string Key, string Value, YamlNode At)> Texts()
    {
        if (Exists && node is not YamlMappingNode)
            Complain(node!, path, "write keys and values here.");
        foreach (var (key, value) in node is YamlMappingNode mapping ? mapping.Children.AsEnumerable() : [])
        {
            if (key.Text() is { } name && value.Text() is { } text)
                yield return (name, text, key);
            else
                Complain(key, path, "invalid value; write one text for each key.");
        }
    }

    /// <summary>Returns the text; <see langword="null"/> if the key is missing or empty, as in
    /// exporter-toolkit.</summary>
    public string? Text(string key)
    {
        var value = node.At(key);
        if (value is null or YamlScalarNode)
            return value.Text() is { Length: > 0 } text ? text : null;
        Complain(value, Join(key), "invalid value; write one text.");
        return null;
    }

    /// <summary>Returns the value of the word, or the fallback if the key is missing or the word is
    /// invalid.</summary>
    public T OneOf<T>(string key, T fallback, params (string Word, T Value)[] choices)
    {
        if (Text(key) is not { } text)
            return fallback;
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }
        Complain(key, $"invalid value; write one of {string.Join(", ", choices.Select(choice => choice.Word))}.");
        return fallback;
    }

    public bool Flag(string key, bool fallback) => OneOf(key, fallback,
        ("true", true), ("false", false), ("yes", true), ("no", false), ("on", true), ("off", false));

    public ImmutableArray<string> List(string key)
    {
        var value = node.At(key);
        if (value is null || (value is YamlScalarNode && value.Text() is null))
            return [];
        if (value is YamlSequenceNode list && list.Children.All(item => item.Text() is not null))
            return [.. list.Children.Select(item => item.Text()!)];
        Complain(value, Join(key), "invalid value; write a list of texts.");
        return [];
    }

    public bool Has(string key) =>
        node.At(key) is { } value && !(value is YamlScalarNode && value.Text() is null or "");

    /// <summary>Adds an error with the line of a key.</summary>
    /// <param name="key">A key of this section.</param>
    public void Complain(string key, string problem) => Complain(node.At(key) ?? node, Join(key), problem);

    public void Complain(YamlNode? at, string name, string problem)
    {
        var line = at is null ? "" : $"line {at.Start.Line}: ";
        problems.Add(name is "" ? $"{line}{problem}" : $"{line}{Shown(name)}: {problem}");
    }

    private string Join(string key) => path is "" ? key : $"{path}.{key}";

    private static string Shown(string name) =>
        UnsafeCharacters.Replace(name.Length > MaxNameLength ? name[..MaxNameLength] : name);
}
