using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Splits a PEM file into blocks. An invalid block does not affect the others.</summary>
/// <remarks>Disposing wipes the text, which may contain a private key.</remarks>
internal sealed class PemText : IDisposable
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const int MaxLabelLength = 64;

    private readonly char[] _text;

    public PemText(byte[] bytes)
    {
        // .NET finds a block only after whitespace, and a byte order mark is not whitespace.
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _text = Encoding.UTF8.GetChars(bytes, start, bytes.Length - start);
        AllBlocks = Scan(_text);
        IntactBlocks = [.. AllBlocks.Where(block => block.IsIntact)];
    }

    /// <summary>One entry for each "BEGIN" line, including invalid blocks.</summary>
    public ImmutableArray<PemBlock> AllBlocks { get; }

    public ImmutableArray<PemBlock> IntactBlocks { get; }

    public bool IsBlank => _text.AsSpan().IsWhiteSpace();

    /// <summary>True if the last block has no end, as in a file that is still being written.</summary>
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

    /// <summary>Number of invalid blocks: without an end, or not base64.</summary>
    public int Malformed => AllBlocks.Length - IntactBlocks.Length;

    /// <summary>True if a key is encrypted in OpenSSL's old format. .NET rejects its header as invalid PEM.</summary>
    public bool HasEncryptedHeader => _text.AsSpan().Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);

    /// <summary>Decodes the bytes of a block; the caller wipes them if they are secret.</summary>
    /// <exception cref="FormatException">Not base64.</exception>
    public byte[] Decode(PemBlock block) =>
        Convert.FromBase64CharArray(_text, block.Base64.Start.Value, block.Base64.End.Value - block.Base64.Start.Value);

    public void Dispose() => Array.Clear(_text);

    // Linear: searching the whole rest of the text for the end of each block would take seconds for a file that
    // consists of "BEGIN" lines.
    private static ImmutableArray<PemBlock> Scan(char[] text)
    {
        var blocks = ImmutableArray.CreateBuilder<PemBlock>();
        for (var at = NextBegin(text, 0); at < text.Length;)
        {
            var next = NextBegin(text, at + Begin.Length);
            blocks.Add(IsBoundary(text, at - 1) && PemEncoding.TryFind(text.AsSpan(at..next), out var found)
                && IsBoundary(text, at + found.Location.End.Value)
                ? new(text.AsSpan(at)[found.Label].ToString(), Shift(found.Base64Data, at), IsIntact: true)
                : new(LabelOf(text.AsSpan(at..next)), default, IsIntact: false));
            at = next;
        }
        return blocks.ToImmutable();
    }

    private static int NextBegin(char[] text, int from) =>
        text.AsSpan(from).IndexOf(Begin) is >= 0 and var at ? from + at : text.Length;

    private static bool IsBoundary(char[] text, int at) => at < 0 || at >= text.Length || char.IsWhiteSpace(text[at]);

    private static string LabelOf(ReadOnlySpan<char> block) =>
        block[Begin.Length..].IndexOf(Dashes) is >= 0 and <= MaxLabelLength and var length
            ? block.Slice(Begin.Length, length).ToString()
            : "";

    private static Range Shift(Range range, int by) => (range.Start.Value + by)..(range.End.Value + by);
}

/// <param name="Label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="Base64">Range of its content in the text; empty if the block is not intact.</param>
/// <param name="IsIntact">True if the block ends before the next one begins, and contains only base64.</param>
internal sealed record PemBlock(string Label, Range Base64, bool IsIntact);
