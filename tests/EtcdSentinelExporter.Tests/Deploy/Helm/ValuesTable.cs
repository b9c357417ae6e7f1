using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>A table of <c>values.yaml</c>: each key with a comment above it is a row.</summary>
internal static partial class ValuesTable
{
    public static string Of(string values)
    {
        var table = new StringBuilder("| value | default | meaning |\n| --- | --- | --- |\n");
        foreach (var (key, text, comment) in Rows(values.Split('\n')))
            table.Append(CultureInfo.InvariantCulture, $"| `{key}` | {text} | {comment} |\n");
        return table.ToString();
    }

    /// <summary>Keys and comments of all rows, in the order of the file.</summary>
    public static IEnumerable<(string Key, string Default, string Comment)> Rows(string[] lines)
    {
        var path = new List<(int Indent, string Name)>();
        var comment = new List<string>();
        foreach (var text in lines)
        {
            if (text.TrimStart() is ['#', ' ', .. var words])
            {
                comment.Add(words);
                continue;
            }
            if (Key().Match(text) is { Success: true } line)
            {
                var indent = line.Groups["indent"].Length;
                path.RemoveAll(part => part.Indent >= indent);
                path.Add((indent, line.Groups["name"].Value));
                if (comment.Count > 0)
                    yield return (Name(path), Default(line.Groups["value"].Value), string.Join(' ', comment));
            }
            comment.Clear();
        }
    }

    private static string Name(List<(int, string Name)> path) => string.Join('.', path.Select(part => part.Name));

    private static string Default(string value) =>
        value is "\"\"" ? "–" : value is "" ? "in `values.yaml`" : $"`{value}`";

    [GeneratedRegex("^(?<indent> *)(?<name>[A-Za-z]+):(?: (?<value>.+))?$")]
    private static partial Regex Key();
}
