using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Yaml;

/// <summary>YAML from files that anybody may have written, read into nodes without reflection.</summary>
internal static class YamlText
{
    private const char ByteOrderMark = '\uFEFF';

    // YamlDotNet's document reader recurses: a megabyte of «[» would overflow the stack, which kills the process.
    private const int DeepestNesting = 64;
    private const int MostEvents = 200_000;

    /// <summary>The root of the first document; <see langword="null"/> when the text holds none.</summary>
    /// <remarks>Aliases are resolved and may form cycles: walk by known keys, never by recursion without a
    /// bound.</remarks>
    /// <exception cref="FormatException">Not YAML, a key given twice, a key that is no plain text, or nested deeper
    /// than any sane file; names the line.</exception>
    public static YamlNode? Parse(string text) => ParseAll(text).FirstOrDefault();

    /// <summary>The roots of all documents that are not empty, if the first is not.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ImmutableArray<YamlNode> ParseAll(string text)
    {
        text = text.TrimStart(ByteOrderMark); // else it would become part of the first key
        try
        {
            CheckBounds(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            ImmutableArray<YamlNode> roots = [.. stream.Documents.Select(document => document.RootNode)];
            return roots is [var first, ..] && !IsEmpty(first) ? [.. roots.Where(root => !IsEmpty(root))] : [];
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {Sentence(e)}", e);
        }
    }

    /// <summary>The value under a key; <see langword="null"/> when the node is no mapping or lacks the key.</summary>
    public static YamlNode? At(this YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var value)
            ? value
            : null;

    /// <summary>The items of a sequence; none when the node is anything else.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode? node) =>
        node is YamlSequenceNode sequence ? sequence.Children : [];

    /// <summary>A scalar's text; <see langword="null"/> for anything else, and for YAML's null.</summary>
    public static string? Text(this YamlNode? node) =>
        node is YamlScalarNode { Value: { } value, Style: var style }
        && !(style is ScalarStyle.Plain && value is "" or "~" or "null")
            ? value
            : null;

    private static bool IsEmpty(YamlNode root) => root is YamlScalarNode { Value: null or "" };

    private static void CheckBounds(string text)
    {
        var parser = new Parser(new StringReader(text));
        var keys = new KeyWatch();
        var depth = 0;
        for (var events = 0; MovesOn(parser); events++)
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            if (current is MappingStart or SequenceStart && depth > DeepestNesting)
                throw new YamlException(current.Start, current.End, $"nested deeper than {DeepestNesting} levels");
            if (events > MostEvents)
                throw new YamlException(current.Start, current.End, $"more than {MostEvents} values");
            if (!keys.Accepts(current))
                throw new YamlException(current.Start, current.End, "a key that is no plain text");
        }
    }

    // A plain text that begins in the first column of a flow collection lets YamlDotNet fail as if we misused it.
    private static bool MovesOn(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"line {(parser.Current?.End ?? Mark.Empty).Line}: what follows is no YAML", e);
        }
    }

    private static string Sentence(YamlException e) =>
        e.InnerException?.Message ?? e.Message;
}
