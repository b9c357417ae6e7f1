using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Text;

/// <summary>Quotes a user's text for a message: on one line, at most 100 characters, without passwords in
/// URLs.</summary>
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
