using System.Collections.Immutable;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>One level of the configuration: what stands there, and a complaint for each thing that must not.</summary>
/// <param name="node"><see langword="null"/> where the section is not there.</param>
/// <param name="path">Of the section, for messages; empty for the file itself.</param>
/// <param name="problems">Gets a sentence with the line, for each problem.</param>
internal sealed class ConfigSection(YamlNode? node, string path, List<string> problems)
{
    // What a message repeats of the file: a password that stands in the wrong place is none of it.
    private const int MaxNameLength = 60;

    private bool IsThere => node is not null && !(node is YamlScalarNode && node.Text() is null);

    /// <summary>Complains about every key but these.</summary>
    public ConfigSection Allow(params ReadOnlySpan<string> keys)
    {
        if (IsThere && node is not YamlMappingNode)
            Complain(node!, path, "write keys and values here.");
        foreach (var key in (node as YamlMappingNode)?.Children.Keys ?? [])
        {
            if (key.Text() is not { } name || !keys.Contains(name))
                Complain(key, Join(key.Text() ?? ""), $"no such key; there are {string.Join(", ", keys.ToArray())}.");
        }
        return this;
    }

    public ConfigSection Section(string key) => new(node.At(key), Join(key), problems);

    /// <summary>Every key with its text; complaints where a value is none.</summary>
    public IEnumerable<(string Key, string Value, YamlNode At)> Texts()
    {
        if (IsThere && node is not YamlMappingNode)
            Complain(node!, path, "write keys and values here.");
        foreach (var (key, value) in node is YamlMappingNode mapping ? mapping.Children.AsEnumerable() : [])
        {
            if (key.Text() is { } name && value.Text() is { } text)
                yield return (name, text, key);
            else
                Complain(key, path, "write one text for each key.");
        }
    }

    /// <summary><see langword="null"/> where the key is missing or empty, as the toolkit takes it.</summary>
    public string? Text(string key)
    {
        var value = node.At(key);
        if (value is null or YamlScalarNode)
            return value.Text() is { Length: > 0 } text ? text : null;
        Complain(value, Join(key), "write one text.");
        return null;
    }

    /// <summary>One of the words, or the value that stands for none.</summary>
    public T OneOf<T>(string key, T fallback, params (string Word, T Value)[] choices)
    {
        if (Text(key) is not { } text)
            return fallback;
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }
        Complain(key, $"write one of {string.Join(", ", choices.Select(choice => choice.Word))}.");
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
        Complain(value, Join(key), "write a list of texts.");
        return [];
    }

    public bool Has(string key) =>
        node.At(key) is { } value && !(value is YamlScalarNode && value.Text() is null or "");

    /// <param name="key">Of this section; where it stands is told by its line.</param>
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
