using System.Collections.Immutable;
using System.Text.Json;
using EtcdSentinelExporter.Cli.Logging;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Text;
using Microsoft.Extensions.Logging;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>Text that every room reads or writes.</summary>
internal static class TextTargets
{
    private const string Hostile = "a \u202eb\u200b\0\x1b[2J\u2028\ud800 \U000e0041 \"x\" \\ = \n\t\U0001f6a8";

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Text("yaml", () => [.. SeedFiles.Named("*.yaml", "*.yml"), .. SeedFiles.Texts(
            "a: &a [1, 2]\nb: [*a, *a]\n---\nc: !!str |\n  x\n...\n")], Yaml),
        FuzzTarget.Total("display-text", () => SeedFiles.Texts(Hostile, "plain"), Display),
        FuzzTarget.Total("log-line", () => SeedFiles.Texts(Hostile, "Poll of members failed: connection refused"), Log),
        FuzzTarget.Total("shell-words", () => SeedFiles.Texts("a 'b c' \"d\\\"e\" f\\ g", "x\\\ny"), Words),
        FuzzTarget.Text("variables", () => SeedFiles.Texts("$(A) $$ ${B} $(", "--a=$(A)$(B)"), Variables),
        FuzzTarget.Total("version", () => SeedFiles.Texts("0.1.0+abc", "0.1.0"), text => Build.Parse(text)),
    ];

    private static void Yaml(string text)
    {
        var budget = AliasBudget.Max + text.Length;
        foreach (var root in YamlText.ParseAll(text))
            Walk(root, ref budget);
    }

    private static void Walk(YamlNode node, ref int budget)
    {
        Property.Holds(--budget >= 0, "more nodes than text and limit allow");
        foreach (var item in node.Items())
            Walk(item, ref budget);
        foreach (var (key, value) in node is YamlMappingNode mapping ? mapping.Children.AsEnumerable() : [])
        {
            Property.Holds(key is YamlScalarNode, "a key that is not a scalar");
            Walk(value, ref budget);
        }
    }

    private static void Display(string text)
    {
        const int max = 20;
        Property.IsSafe(DisplayText.Of(text, max), "the text");
        Property.IsSafe(Quoted.Text(text), "the quoted text");
        Property.IsSafe(DisplayText.Distinct(text, max), "the distinct text");
        Property.Holds(DisplayText.Of(text, max).Length <= 2 * max, "the text is too long");
    }

    private static void Log(string text)
    {
        LogEvent logged = new(
            DateTimeOffset.UnixEpoch, LogLevel.Warning, "Poller", text, [new("error", text), new("endpoint", text)]);
        Property.IsSafe(LogfmtLine.Write(logged), "the line");
        var json = JsonLine.Write(logged);
        Property.IsSafe(json, "the JSON line");
        using var document = JsonDocument.Parse(json);
        Property.IsSafe(document.RootElement.GetProperty("msg").GetString(), "the message", "\t\r\n");
    }

    private static void Words(string text) => Property.Holds(
        ShellWords.Split(text).Sum(word => word.Length) <= text.Length, "more characters than the text");

    private static void Variables(string text)
    {
        var expanded = VariableReferences.Expand(
            text, '(', ')', name => name == "A" ? new string('a', 1000) : null, new ExpansionBudget("a"));
        Property.Holds(expanded.Length <= ExpansionBudget.MaxLength, "longer than the limit");
    }
}
