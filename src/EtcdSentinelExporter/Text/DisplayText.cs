using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Text;

/// <summary>Makes untrusted text safe for a label, a log line or a terminal.</summary>
internal static class DisplayText
{
    /// <summary>Cuts the text after <paramref name="maxLength"/> characters and replaces unsafe ones.</summary>
    public static string Of(string text, int maxLength) =>
        UnsafeCharacters.Replace(string.Concat(text.EnumerateRunes().Take(maxLength)));

    /// <summary>Like <see cref="Of"/>, but changed text gets an ellipsis and eight digits of its hash: different
    /// texts stay different.</summary>
    public static string Distinct(string text, int maxLength)
    {
        var shown = Of(text, maxLength);
        return shown == text
            ? text
            : $"{shown}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4))}";
    }
}
