using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Replaces characters that change how the text around them is shown.</summary>
/// <remarks>
/// Such characters come in with texts of others, as in certificates or answers of etcd. A right-to-left mark lets a log
/// line or an alert read backwards, a zero width space makes two names look alike, and a terminal obeys control
/// characters. Private use characters stay: they show as a box, and change nothing beside them.
/// </remarks>
internal static class UnsafeCharacters
{
    private const string Replacement = "\uFFFD";

    // Half of a surrogate pair may be unsafe; only enumerating the runes tells.
    private static readonly SearchValues<char> Suspect = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsSuspect)]);

    /// <summary>The text with U+FFFD for each control and format character, line or paragraph separator, and half of
    /// a surrogate pair.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="kept">Unsafe characters that stay, because the caller escapes them.</param>
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

    // Half of a surrogate pair is no rune: enumerating runes gives U+FFFD for it.
    private static bool IsUnsafe(Rune rune) => IsUnsafe(Rune.GetUnicodeCategory(rune));

    private static bool IsSuspect(char c) => char.IsSurrogate(c) || IsUnsafe(char.GetUnicodeCategory(c));

    private static bool IsUnsafe(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
