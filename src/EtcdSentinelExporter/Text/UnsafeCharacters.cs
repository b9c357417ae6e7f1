using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Replaces characters that change how the text around them is displayed.</summary>
/// <remarks>
/// Untrusted text, as in certificates or responses of etcd, may contain such characters. A right-to-left mark makes a
/// log line or an alert read backwards. A zero-width space makes two names look alike. A terminal executes control
/// characters. Private use characters stay: they are displayed as a box, and do not affect the text around them.
/// </remarks>
internal static class UnsafeCharacters
{
    private const string Replacement = "\uFFFD";

    // Half of a surrogate pair may be unsafe; only enumerating the runes shows if it is.
    private static readonly SearchValues<char> Suspect = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsSuspect)]);

    /// <summary>Replaces each control or format character, line or paragraph separator, and unpaired surrogate by
    /// U+FFFD.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <param name="kept">Unsafe characters to keep, because the caller escapes them.</param>
    public static string Replace(string text, string kept = "")
    {
        var first = text.AsSpan().IndexOfAny(Suspect);
        if (first < 0)
            return text;
        var safe = new StringBuilder(text.Length).Append(text, 0, first);
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            var stays = !IsUnsafe(rune) || (rune.IsBmp && kept.Contains((char)rune.Value, StringComparison.Ordinal));
            safe.Append(stays ? rune.ToString() : Replacement);
        }
        return safe.ToString();
    }

    // Half of a surrogate pair is not a rune: enumerating runes returns U+FFFD for it.
    private static bool IsUnsafe(Rune rune) => IsUnsafe(Rune.GetUnicodeCategory(rune));

    private static bool IsSuspect(char c) => char.IsSurrogate(c) || IsUnsafe(char.GetUnicodeCategory(c));

    private static bool IsUnsafe(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
