using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Makes text of others safe for a label, a log line or a terminal.</summary>
internal static class DisplayText
{
    /// <summary>At most so many characters, without any that control how the text around them is shown.</summary>
    public static string Of(string text, int longest) =>
        UnsafeCharacters.Replace(string.Concat(text.EnumerateRunes().Take(longest)));

    /// <summary>The same; changed text ends in an ellipsis and eight digits of its hash, so that two different texts
    /// stay different.</summary>
    public static string Distinct(string text, int longest)
    {
        var shown = Of(text, longest);
        return shown == text
            ? text
            : $"{shown}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4))}";
    }
}
