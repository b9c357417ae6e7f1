using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Logging;

/// <summary>Writes <c>key=value</c> pairs, quoted where needed.</summary>
internal static class LogfmtLine
{
    public static string Write(LogEvent logged)
    {
        var line = new StringBuilder();
        foreach (var (key, value) in logged.Fields)
        {
            line.Append(line.Length > 0 ? " " : "").Append(key).Append('=');
            if (value is not "" && value.All(IsPlain))
                line.Append(value);
            else
                AppendQuoted(line, value);
        }
        return line.ToString();
    }

    private static void AppendQuoted(StringBuilder line, string value)
    {
        line.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => line.Append('\\').Append(c),
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when IsVisible(c) || c == ' ' => line.Append(c),
                _ => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }
        line.Append('"');
    }

    private static bool IsPlain(char c) => IsVisible(c) && c is not (' ' or '=' or '"' or '\\');

    // What a terminal would obey (escapes, right-to-left marks, line separators) must not come from a peer's error
    // text.
    private static bool IsVisible(char c) => char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
