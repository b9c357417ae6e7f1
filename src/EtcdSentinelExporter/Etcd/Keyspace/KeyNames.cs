using System.Text;
using EtcdSentinelExporter.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Finds the resource in a key, and the prefix of all its keys.</summary>
/// <param name="roots">Prefixes of API servers, such as <c>/registry/</c>.</param>
internal sealed class KeyNames(ImmutableArray<string> roots)
{
    /// <summary>Bytes of a prefix that is learned; longer ones are no names of resources.</summary>
    public const int MaxPrefix = 256;

    // What is invalid throws instead of becoming another key.
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The prefix of the keys that are like this one: below a root <c>resource/</c> or
    /// <c>group/resource/</c>, elsewhere the first segment of the path.</summary>
    /// <returns><see langword="null"/> for a key without such a segment, for one that is not UTF-8, and for a prefix
    /// above <see cref="MaxPrefix"/>.</returns>
    public KeyPrefix? PrefixOf(ByteString key)
    {
        if (TextOf(key) is not { } text)
            return null;
        var root = roots.FirstOrDefault(root => text.StartsWith(root, StringComparison.Ordinal)) ?? "";
        var end = EndOfResource(text, root);
        if (end < 0)
            return null;
        var name = text[root.Length..end];
        return new($"{text[..end]}/", DisplayText.Distinct(root is "" ? name : ApiName(name), MaxPrefix));
    }

    // A response may have keys of a megabyte.
    private static string? TextOf(ByteString key)
    {
        var bytes = key.Span;
        var end = bytes.Length > MaxPrefix ? bytes[..MaxPrefix].LastIndexOf((byte)'/') + 1 : bytes.Length;
        try
        {
            return Strict.GetString(bytes[..end]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int EndOfResource(string text, string root)
    {
        var start = root is "" && text is ['/', ..] ? 1 : root.Length;
        var end = text.IndexOf('/', start);
        if (end <= start)
            return -1;
        if (root is "" || !HasTwoSegments(text.AsSpan(start, end - start)))
            return end;
        var next = text.IndexOf('/', end + 1);
        return next > end + 1 ? next : -1;
    }

    // A group of the API has a dot in its name; no resource has.
    private static bool HasTwoSegments(ReadOnlySpan<char> first) => first.Contains('.') || first is "services";

    private static string ApiName(string path) =>
        KubernetesResources.All.FirstOrDefault(known => known.Path == path)?.Name ?? path;
}
