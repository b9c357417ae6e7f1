using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Characters;

/// <summary>Replaces characters that change how the text around them is shown.</summary>
/// <remarks>
/// Such characters come in with texts of others, as in certificates or answers of etcd. A right-to-left mark lets a log
/// line or an alert read backwards, a zero width space makes two names look alike, and a terminal obeys control
/// characters. Private use characters stay: they show as a box, and change nothing beside them.
/// </remarks>
internal static class UnsafeCharacters
{
    private const string Replacement = "\uFFFD";

    /// <summary>The text with U+FFFD for each control and format character, line or paragraph separator, and half of
    /// a surrogate pair.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="kept">Unsafe characters that stay, because the caller escapes them.</param>
    public static string Replace(string text, string kept = "")
    {
        if (!text.Any(IsSpecial))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var stays = !IsUnsafe(rune) || (rune.IsBmp && kept.Contains((char)rune.Value, StringComparison.Ordinal));
            safe.Append(stays ? rune.ToString() : Replacement);
        }
        return safe.ToString();
    }

    /// <summary>True if the character must not be shown. Half of a surrogate pair is no rune: enumerating runes gives
    /// U+FFFD for it.</summary>
    public static bool IsUnsafe(Rune rune) => IsUnsafe(Rune.GetUnicodeCategory(rune));

    /// <summary>True if the character is unsafe, or a half of a pair, which only its other half can tell.</summary>
    public static bool IsSpecial(char c) => char.IsSurrogate(c) || IsUnsafe(char.GetUnicodeCategory(c));

    private static bool IsUnsafe(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
