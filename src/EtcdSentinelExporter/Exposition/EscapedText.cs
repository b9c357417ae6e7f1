using System.Buffers;
using System.Text;
using EtcdSentinelExporter.Characters;

namespace EtcdSentinelExporter.Exposition;

/// <summary>Text as both formats write it inside label values and help.</summary>
/// <remarks>
/// Backslash, line feed and (where asked) the double quote are escaped: nothing else can be. Every other unsafe
/// character becomes U+FFFD: Prometheus stops reading at a NUL, and refuses a whole page for text that is not UTF-8.
/// </remarks>
internal static class EscapedText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsSpecial)]);

    public static void Append(StringBuilder to, string text, bool escapeQuotes)
    {
        var plain = text.AsSpan().IndexOfAny(Special);
        if (plain < 0)
        {
            to.Append(text);
            return;
        }
        to.Append(text, 0, plain);
        foreach (var rune in text.AsSpan(plain).EnumerateRunes())
            AppendRune(to, rune, escapeQuotes);
    }

    private static void AppendRune(StringBuilder to, Rune rune, bool escapeQuotes)
    {
        Span<char> chars = stackalloc char[2];
        _ = rune.Value switch
        {
            '\\' => to.Append(@"\\"),
            '\n' => to.Append(@"\n"),
            '"' when escapeQuotes => to.Append("\\\""),
            _ when UnsafeCharacters.IsUnsafe(rune) => to.Append('\uFFFD'),
            _ => to.Append(chars[..rune.EncodeToUtf16(chars)]),
        };
    }

    private static bool IsSpecial(char c) => UnsafeCharacters.IsSpecial(c) || c is '\\' or '"';
}
