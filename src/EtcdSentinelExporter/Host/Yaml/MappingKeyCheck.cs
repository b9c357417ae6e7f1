using YamlDotNet.Core.Events;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>Rejects YAML mapping keys that are not scalars, in one pass over the events.</summary>
/// <remarks>YamlDotNet hashes a key by walking all of it. A key that contains itself overflows the stack, which kills
/// the process; one of nested aliases never ends. None of our files needs such keys.</remarks>
internal sealed class MappingKeyCheck
{
    // Per open collection: null in a sequence, else true if a key comes next.
    private readonly Stack<bool?> _expectsKey = new();

    /// <summary>True if the event is not a key, or is a scalar key.</summary>
    public bool Accepts(ParsingEvent next)
    {
        if (next is MappingEnd or SequenceEnd)
            _expectsKey.Pop();
        else if (IsKey(next) && next is not Scalar)
            return false;
        if (next is MappingStart or SequenceStart)
            _expectsKey.Push(next is MappingStart ? true : null);
        return true;
    }

    // In a mapping, keys and values alternate.
    private bool IsKey(ParsingEvent next)
    {
        if (next is not (NodeEvent or AnchorAlias) || !_expectsKey.TryPeek(out var expects) || expects is not { } isKey)
            return false;
        _expectsKey.Pop();
        _expectsKey.Push(!isKey);
        return isKey;
    }
}
