using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>Limits what the aliases of a YAML text stand for, in one pass over its events.</summary>
/// <remarks>Aliases multiply: a list of 20,000 aliases of a list of 20,000 aliases is 200 kB of text, and 400 million
/// nodes for whoever walks them. A circle has no end at all.</remarks>
internal sealed class AliasBudget
{
    /// <summary>Nodes and characters that aliases may stand for: as much again as the largest file that is
    /// read.</summary>
    public const int Max = 1 << 20;

    // Of each anchor in this document; null while its node is open.
    private readonly Dictionary<AnchorName, long?> _sizes = [];

    private readonly Stack<(AnchorName Anchor, long Before)> _open = new();

    // Of all nodes so far, with aliases counted as what they stand for: nodes, and characters of scalars.
    private long _size;
    private long _ofAliases;

    /// <summary>What is wrong with the event; <see langword="null"/> when nothing is.</summary>
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
        // YamlDotNet would also take an anchor that comes later, whose size is not known here.
        if (!_sizes.TryGetValue(alias.Value, out var size))
            return "an alias without an anchor before it";
        if (size is not { } known)
            return "an alias inside of what it stands for";
        _size += known;
        _ofAliases += known;
        return _ofAliases > Max ? $"aliases stand for more than {Max} values and characters" : null;
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
