using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Text;

/// <summary>Repeats what a user wrote: on one line, not endless, and without a password in a URL.</summary>
internal static partial class Quoted
{
    private const int MaxLength = 100;

    public static string Text(string text)
    {
        var shown = new StringBuilder("\"");
        var safe = UserInfo().Replace(text.Length > 10 * MaxLength ? text[..(10 * MaxLength)] : text, "//…@");
        shown.Append(UnsafeCharacters.Replace(safe.Length > MaxLength ? safe[..MaxLength] : safe));
        return shown.Append(safe.Length > MaxLength ? "…\"" : "\"").ToString();
    }

    [GeneratedRegex("//[^/]*@", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UserInfo();
}
