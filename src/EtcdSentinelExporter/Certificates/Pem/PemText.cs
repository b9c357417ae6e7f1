using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The blocks of a PEM file, one by one, so that one bad block costs only itself.</summary>
/// <remarks>Disposing wipes the text, which may hold a private key.</remarks>
internal sealed class PemText : IDisposable
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const int MaxLabelLength = 64;

    private readonly char[] _text;

    public PemText(byte[] bytes)
    {
        // .NET takes a block for one only behind white space, which a byte order mark is not.
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _text = Encoding.UTF8.GetChars(bytes, start, bytes.Length - start);
        Begun = Scan(_text);
        Blocks = [.. Begun.Where(block => block.IsWhole)];
    }

    /// <summary>Every block that begins, also one that cannot be read.</summary>
    public ImmutableArray<PemBlock> Begun { get; }

    public ImmutableArray<PemBlock> Blocks { get; }

    public bool IsBlank => _text.AsSpan().IsWhiteSpace();

    /// <summary>A block begins that does not end, as in a file that is still being written.</summary>
    public bool IsTorn
    {
        get
        {
            var rest = (ReadOnlySpan<char>)_text;
            if (rest.LastIndexOf(End) is >= 0 and var end)
            {
                rest = rest[(end + End.Length)..];
                if (rest.IndexOf(Dashes) is var close && close < 0)
                    return true;
                rest = rest[(close + Dashes.Length)..];
            }
            return rest.Contains(Begin, StringComparison.Ordinal) || rest.TrimStart() is ['-', ..];
        }
    }

    /// <summary>How many blocks hold something else than base64.</summary>
    public int Malformed => Begun.Length - Blocks.Length;

    /// <summary>Keys in OpenSSL's old form say so in a header, which .NET does not take for PEM.</summary>
    public bool HasEncryptedHeader => _text.AsSpan().Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);

    /// <summary>The block's bytes; the caller wipes them when they are secret.</summary>
    /// <exception cref="FormatException">Not base64.</exception>
    public byte[] Decode(PemBlock block) =>
        Convert.FromBase64CharArray(_text, block.Base64.Start.Value, block.Base64.End.Value - block.Base64.Start.Value);

    public void Dispose() => Array.Clear(_text);

    // Searching the rest of the text anew for the end of each block would take seconds for a file of beginnings alone.
    private static ImmutableArray<PemBlock> Scan(char[] text)
    {
        var blocks = ImmutableArray.CreateBuilder<PemBlock>();
        for (var at = NextBegin(text, 0); at < text.Length;)
        {
            var next = NextBegin(text, at + Begin.Length);
            blocks.Add(IsFree(text, at - 1) && PemEncoding.TryFind(text.AsSpan(at..next), out var found)
                && IsFree(text, at + found.Location.End.Value)
                ? new(text.AsSpan(at)[found.Label].ToString(), Shift(found.Base64Data, at), IsWhole: true)
                : new(LabelOf(text.AsSpan(at..next)), default, IsWhole: false));
            at = next;
        }
        return blocks.ToImmutable();
    }

    private static int NextBegin(char[] text, int from) =>
        text.AsSpan(from).IndexOf(Begin) is >= 0 and var at ? from + at : text.Length;

    private static bool IsFree(char[] text, int at) => at < 0 || at >= text.Length || char.IsWhiteSpace(text[at]);

    private static string LabelOf(ReadOnlySpan<char> block) =>
        block[Begin.Length..].IndexOf(Dashes) is >= 0 and <= MaxLabelLength and var length
            ? block.Slice(Begin.Length, length).ToString()
            : "";

    private static Range Shift(Range range, int by) => (range.Start.Value + by)..(range.End.Value + by);
}

/// <param name="Label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="Base64">Where in the text its content lies; empty unless it is whole.</param>
/// <param name="IsWhole">Whether it ends before the next one begins, and holds base64 alone.</param>
internal sealed record PemBlock(string Label, Range Base64, bool IsWhole);
