using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>How a part of the key space is read.</summary>
internal enum KeyPartKind
{
    /// <summary>Keys of one resource: counted.</summary>
    Resource,

    /// <summary>Keys between those of known resources: counted, and the first of them are read to learn their
    /// prefix.</summary>
    Gap,

    /// <summary>Some of the custom resource definitions: their names are read.</summary>
    Definitions,
}

/// <param name="Resource">Name of the resource; empty for a gap.</param>
internal sealed record KeyPart(KeyRange Range, KeyPartKind Kind, string Resource);

/// <summary>Divides the whole key space into parts: each key is in exactly one of them.</summary>
/// <remarks>etcd visits every key of a range to count it, even if only the first ones are wanted. So parts never
/// overlap.</remarks>
internal static class KeyPlan
{
    // Where names of definitions begin: they are DNS labels.
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Ends of gaps where no prefix is known yet: one more prefix is learned in each gap.</summary>
    private static readonly ImmutableArray<ByteString> Grid =
    [
        .. Alphabet().SelectMany(letter => new[] { $"{letter}", $"/{letter}" }).Append("/")
            .Select(ByteString.CopyFromUtf8)
            .Order(Comparer<ByteString>.Create(KeyRange.Compare)),
    ];

    /// <param name="prefixes">Prefixes of resources; of those that overlap, the first in the order of keys
    /// counts.</param>
    /// <param name="definitions">Prefix of definitions whose names are to be read; <see langword="null"/> for
    /// none.</param>
    /// <param name="usesGrid">True to divide the gaps further.</param>
    public static ImmutableArray<KeyPart> Of(
        IEnumerable<KeyPrefix> prefixes, string? definitions, bool usesGrid)
    {
        var parts = ImmutableArray.CreateBuilder<KeyPart>();
        var cursor = KeyRange.FirstKey;
        foreach (var prefix in Sorted(prefixes))
        {
            var range = KeyRange.OfPrefix(prefix.Text);
            if (KeyRange.Compare(range.Start, cursor) < 0)
                continue;
            AddGap(parts, new(cursor, range.Start), usesGrid);
            var isRead = prefix.Text == definitions;
            var kind = isRead ? KeyPartKind.Definitions : KeyPartKind.Resource;
            parts.AddRange((isRead ? ByLetter(prefix.Text) : [range])
                .Select(part => new KeyPart(part, kind, prefix.Resource)));
            cursor = range.End;
        }
        AddGap(parts, new(cursor, KeyRange.Unlimited), usesGrid);
        return parts.ToImmutable();
    }

    private static IEnumerable<KeyPrefix> Sorted(IEnumerable<KeyPrefix> prefixes) =>
        prefixes.DistinctBy(prefix => prefix.Text, StringComparer.Ordinal)
            .OrderBy(prefix => ByteString.CopyFromUtf8(prefix.Text), Comparer<ByteString>.Create(KeyRange.Compare));

    private static void AddGap(ImmutableArray<KeyPart>.Builder parts, KeyRange gap, bool usesGrid)
    {
        if (!gap.IsEmpty)
        {
            parts.AddRange(gap.SplitAt(usesGrid ? Grid : [])
                .Select(range => new KeyPart(range, KeyPartKind.Gap, "")));
        }
    }

    /// <summary>Divides a prefix by the first letter behind it: a response has room for some hundred names.</summary>
    public static IEnumerable<KeyRange> ByLetter(string prefix) => KeyRange.OfPrefix(prefix)
        .SplitAt(Letters.Select(letter => ByteString.CopyFromUtf8($"{prefix}{letter}")));

    private static IEnumerable<char> Alphabet() =>
        Letters.Concat("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/// <summary>Keys of one resource: all that begin with this text.</summary>
/// <param name="Text">With the slash at its end.</param>
internal sealed record KeyPrefix(string Text, string Resource);
