using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>Limits the size that the aliases of a YAML text expand to, in one pass over its events.</summary>
/// <remarks>Aliases multiply: a list of 20,000 aliases of a list of 20,000 aliases is 200 kB of text, and 400 million
/// nodes to walk. A cycle never ends.</remarks>
internal sealed class AliasBudget
{
    /// <summary>Maximum number of nodes and characters that aliases may expand to: the same as the size limit of a
    /// file.</summary>
    public const int Max = 1 << 20;

    // Size of each anchor in this document; null while its node is open.
    private readonly Dictionary<AnchorName, long?> _sizes = [];

    private readonly Stack<(AnchorName Anchor, long Before)> _open = new();

    // Nodes and characters so far, with aliases expanded.
    private long _size;
    private long _ofAliases;

    /// <summary>Returns the problem with the event; <see langword="null"/> if there is none.</summary>
    public string? Fault(ParsingEvent next)
    {
        switch (next)
        {
            case DocumentStart:
                _sizes.Clear();
                break;
            case AnchorAlias alias:
                return FaultOf(alias);
            case Scalar scalar:
                Close(scalar.Anchor, _size, scalar.Value.Length);
                break;
            case MappingStart or SequenceStart:
                Open(((NodeEvent)next).Anchor);
                break;
            case MappingEnd or SequenceEnd:
                var (anchor, before) = _open.Pop();
                Close(anchor, before, characters: 0);
                break;
        }
        return null;
    }

    private string? FaultOf(AnchorAlias alias)
    {
        // YamlDotNet also accepts an anchor that comes later, but its size is unknown here.
        if (!_sizes.TryGetValue(alias.Value, out var size))
            return "an alias without an earlier anchor";
        if (size is not { } known)
            return "an alias inside its own anchor";
        _size += known;
        _ofAliases += known;
        return _ofAliases > Max ? $"aliases expand to more than {Max} values and characters" : null;
    }

    private void Open(AnchorName anchor)
    {
        _open.Push((anchor, _size));
        if (!anchor.IsEmpty)
            _sizes[anchor] = null;
    }

    private void Close(AnchorName anchor, long before, int characters)
    {
        _size += 1 + characters;
        if (!anchor.IsEmpty)
            _sizes[anchor] = _size - before;
    }
}
