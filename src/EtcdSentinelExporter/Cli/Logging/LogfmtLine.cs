using System.Text;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Formats an event as <c>key=value</c> pairs, quoted where needed.</summary>
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
                _ => line.Append(c),
            };
        }
        line.Append('"');
    }

    private static bool IsPlain(char c) => c is not (' ' or '=' or '"' or '\\' or '\n' or '\r' or '\t');
}
