using System.Security.Cryptography;
using System.Text;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Text of strangers that may stand in a label, in a log or on a terminal.</summary>
internal static class ShownText
{
    /// <summary>At most so many characters, without any that control how the text around them is shown.</summary>
    public static string Of(string text, int longest) =>
        UnsafeCharacters.Replace(string.Concat(text.EnumerateRunes().Take(longest)));

    /// <summary>The same; what had to be changed ends in «…» and eight digits of its hash, so that two that differ stay
    /// two.</summary>
    public static string Distinct(string text, int longest)
    {
        var shown = Of(text, longest);
        return shown == text
            ? text
            : $"{shown}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4))}";
    }
}
