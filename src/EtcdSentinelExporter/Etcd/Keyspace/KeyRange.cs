using System.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Keys from <paramref name="Start"/> to before <paramref name="End"/>, in the order of their bytes.</summary>
/// <param name="End"><see cref="Unlimited"/> for all keys that follow.</param>
internal readonly record struct KeyRange(ByteString Start, ByteString End)
{
    /// <summary>The first possible key: etcd has no empty one.</summary>
    public static ByteString FirstKey => ByteString.CopyFrom(0);

    /// <summary>What etcd takes for an end after all keys.</summary>
    public static ByteString Unlimited => ByteString.CopyFrom(0);

    public static KeyRange All => new(FirstKey, Unlimited);

    public static KeyRange OfPrefix(string prefix) => OfPrefix(ByteString.CopyFromUtf8(prefix));

    public static KeyRange OfPrefix(ByteString prefix) => new(prefix, EndOf(prefix.Span));

    public bool IsEmpty => !IsUnlimited(End) && Compare(Start, End) >= 0;

    public bool Contains(ByteString key) => Compare(Start, key) <= 0 && IsBefore(key, End);

    /// <summary>Parts between these keys; one part if none of them is inside.</summary>
    /// <param name="boundaries">In ascending order.</param>
    public IEnumerable<KeyRange> SplitAt(IEnumerable<ByteString> boundaries)
    {
        var start = Start;
        foreach (var boundary in boundaries)
        {
            if (Compare(boundary, start) <= 0 || !IsBefore(boundary, End))
                continue;
            yield return new(start, boundary);
            start = boundary;
        }
        yield return new(start, End);
    }

    /// <summary>A key followed by text.</summary>
    public static ByteString Join(ByteString key, string text) =>
        ByteString.CopyFrom([.. key.Span, .. Encoding.UTF8.GetBytes(text)]);

    /// <summary>Compares keys as etcd orders them.</summary>
    public static int Compare(ByteString one, ByteString other) => one.Span.SequenceCompareTo(other.Span);

    private static bool IsBefore(ByteString key, ByteString end) => IsUnlimited(end) || Compare(key, end) < 0;

    private static bool IsUnlimited(ByteString end) => end.Length == 1 && end[0] == 0;

    private static ByteString EndOf(ReadOnlySpan<byte> prefix)
    {
        for (var last = prefix.Length - 1; last >= 0; last--)
        {
            if (prefix[last] is byte.MaxValue)
                continue;
            var end = prefix[..(last + 1)].ToArray();
            end[last]++;
            return ByteString.CopyFrom(end);
        }
        return Unlimited;
    }
}
