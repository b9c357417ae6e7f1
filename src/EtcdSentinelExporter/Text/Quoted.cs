using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Text;

/// <summary>Repeats what a user wrote: on one line, not endless, and without a password in a URL.</summary>
internal static partial class Quoted
{
    private const int Longest = 100;

    public static string Text(string text)
    {
        var shown = new StringBuilder("«");
        var safe = UserInfo().Replace(text.Length > 10 * Longest ? text[..(10 * Longest)] : text, "//…@");
        shown.Append(UnsafeCharacters.Replace(safe.Length > Longest ? safe[..Longest] : safe));
        return shown.Append(safe.Length > Longest ? "…»" : "»").ToString();
    }

    [GeneratedRegex("//[^/]*@", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UserInfo();
}
