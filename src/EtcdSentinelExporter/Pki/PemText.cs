using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Pki;

/// <summary>The blocks of a PEM file, one by one, so that one bad block costs only itself.</summary>
/// <remarks>Disposing wipes the text, which may hold a private key.</remarks>
internal sealed class PemText : IDisposable
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    private readonly char[] _text;

    public PemText(byte[] bytes)
    {
        // .NET takes a block for one only behind white space, which a byte order mark is not.
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _text = Encoding.UTF8.GetChars(bytes, start, bytes.Length - start);
        var blocks = ImmutableArray.CreateBuilder<PemBlock>();
        for (var at = 0; PemEncoding.TryFind(_text.AsSpan(at), out var found); at += found.Location.End.Value)
            blocks.Add(new(_text.AsSpan(at)[found.Label].ToString(), Shift(found.Base64Data, at)));
        Blocks = blocks.ToImmutable();
    }

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
    public int Malformed => _text.AsSpan().Count(Begin) - Blocks.Length;

    /// <summary>Keys in OpenSSL's old form say so in a header, which .NET does not take for PEM.</summary>
    public bool HasEncryptedHeader => _text.AsSpan().Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);

    /// <summary>The block's bytes; the caller wipes them when they are secret.</summary>
    /// <exception cref="FormatException">Not base64.</exception>
    public byte[] Decode(PemBlock block) =>
        Convert.FromBase64CharArray(_text, block.Base64.Start.Value, block.Base64.End.Value - block.Base64.Start.Value);

    public void Dispose() => Array.Clear(_text);

    private static Range Shift(Range range, int by) => (range.Start.Value + by)..(range.End.Value + by);
}

/// <param name="Label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="Base64">Where in the text its content lies.</param>
internal sealed record PemBlock(string Label, Range Base64);
