using EtcdSentinelExporter.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>Parses untrusted YAML into nodes, with limits and without reflection.</summary>
internal static class YamlText
{
    private const char ByteOrderMark = '\uFEFF';

    // YamlDotNet's document reader recurses: a megabyte of "[" would overflow the stack, which kills the process.
    private const int MaxNesting = 64;

    private const int MaxMessageLength = 200;

    // A manifest has a few hundred; 100,000 take more than a second and 60 MiB.
    private const int MaxEvents = 50_000;

    /// <summary>Returns the root of the first document; <see langword="null"/> if there is none.</summary>
    /// <remarks>Aliases are resolved; <see cref="AliasBudget"/> limits the nodes that a walk visits.</remarks>
    /// <exception cref="FormatException">Not YAML, a duplicate key, a key that is not a scalar, nesting too deep, or
    /// aliases that expand to too much; the message has the line. No text causes another exception.</exception>
    public static YamlNode? Parse(string text) => ParseAll(text).FirstOrDefault();

    /// <summary>Returns the roots of all documents that are not empty; none if the first is empty.</summary>
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
        // For some invalid texts YamlDotNet throws as if its caller misused it: a document that begins inside a flow
        // collection, or inside another document.
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            var last = (loading.Current ?? checking.Current)?.End ?? Mark.Empty;
            throw new FormatException($"line {last.Line}: invalid YAML follows", e);
        }
    }

    /// <summary>Returns the value of a key; <see langword="null"/> if the node is not a mapping, or lacks the
    /// key.</summary>
    public static YamlNode? At(this YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var value)
            ? value
            : null;

    /// <summary>Returns the items of a sequence; empty for any other node.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode? node) =>
        node is YamlSequenceNode sequence ? sequence.Children : [];

    /// <summary>Returns the text of a scalar; <see langword="null"/> for any other node, and for YAML's null.</summary>
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
                MappingStart or SequenceStart when depth > MaxNesting =>
                    $"nested deeper than {MaxNesting} levels",
                _ when events > MaxEvents => $"more than {MaxEvents} values",
                _ when !keys.Accepts(current) => "a key that is not a scalar",
                _ => aliases.Fault(current),
            };
            if (fault is not null)
                throw new YamlException(current.Start, current.End, fault);
        }
    }

    // The message for a duplicate key contains the key, which may be of any length.
    private static string Sentence(YamlException e) =>
        DisplayText.Of(e.InnerException?.Message ?? e.Message, MaxMessageLength);
}
