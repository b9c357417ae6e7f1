using YamlDotNet.Core.Events;

namespace EtcdSentinelExporter.Host.Yaml;

/// <summary>Watches the events of a YAML text for keys that are anything but text.</summary>
/// <remarks>YamlDotNet hashes a key by walking all of it: a key that contains itself overflows the stack, which kills
/// the process, and one made of nested aliases never ends. No file that we read has such keys.</remarks>
internal sealed class MappingKeyCheck
{
    // Per open collection: null in a sequence, else whether a key comes next.
    private readonly Stack<bool?> _expectsKey = new();

    /// <summary>Whether the event is no key, or a key that is text.</summary>
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

    // Every node is either a key or a value, in turns.
    private bool IsKey(ParsingEvent next)
    {
        if (next is not (NodeEvent or AnchorAlias) || !_expectsKey.TryPeek(out var expects) || expects is not { } isKey)
            return false;
        _expectsKey.Pop();
        _expectsKey.Push(!isKey);
        return isKey;
    }
}
