using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>YAML from files that anybody may have written, read into nodes without reflection.</summary>
internal static class YamlText
{
    private const char ByteOrderMark = '\uFEFF';

    // YamlDotNet's document reader recurses: a megabyte of "[" would overflow the stack, which kills the process.
    private const int DeepestNesting = 64;

    // A manifest has a few hundred; 100,000 take more than a second and 60 MiB.
    private const int MaxEvents = 50_000;

    /// <summary>The root of the first document; <see langword="null"/> when the text holds none.</summary>
    /// <remarks>Aliases are resolved: a walk over all nodes visits at most what <see cref="AliasBudget"/> lets them
    /// stand for.</remarks>
    /// <exception cref="FormatException">Not YAML, a key given twice, a key that is no plain text, nested deeper than
    /// any sane file, or aliases that stand for too much; names the line. No other exception comes from the
    /// text.</exception>
    public static YamlNode? Parse(string text) => ParseAll(text).FirstOrDefault();

    /// <summary>The roots of all documents that are not empty, if the first is not.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ImmutableArray<YamlNode> ParseAll(string text)
    {
        text = text.TrimStart(ByteOrderMark); // else it would become part of the first key
        var (checking, loading) = (new Parser(new StringReader(text)), new Parser(new StringReader(text)));
        try
        {
            CheckBounds(checking);
            var stream = new YamlStream();
            stream.Load(loading);
            ImmutableArray<YamlNode> roots = [.. stream.Documents.Select(document => document.RootNode)];
            return roots is [var first, ..] && !IsEmpty(first) ? [.. roots.Where(root => !IsEmpty(root))] : [];
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {Sentence(e)}", e);
        }
        // Some texts let YamlDotNet fail as if its caller misused it: one that begins in the first column of a flow
        // collection, or a document that begins inside another.
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            var last = (loading.Current ?? checking.Current)?.End ?? Mark.Empty;
            throw new FormatException($"line {last.Line}: what follows is no YAML", e);
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

    private static void CheckBounds(Parser parser)
    {
        var keys = new MappingKeyCheck();
        var aliases = new AliasBudget();
        var depth = 0;
        for (var events = 0; parser.MoveNext(); events++)
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            var fault = current switch
            {
                MappingStart or SequenceStart when depth > DeepestNesting =>
                    $"nested deeper than {DeepestNesting} levels",
                _ when events > MaxEvents => $"more than {MaxEvents} values",
                _ when !keys.Accepts(current) => "a key that is no plain text",
                _ => aliases.Fault(current),
            };
            if (fault is not null)
                throw new YamlException(current.Start, current.End, fault);
        }
    }

    private static string Sentence(YamlException e) =>
        e.InnerException?.Message ?? e.Message;
}
