using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>The assignments in one section of a systemd unit, in order; see systemd.syntax(7).</summary>
internal sealed record UnitText(ImmutableArray<(string Key, string Value)> Assignments)
{
    /// <summary>Parses the <c>[Service]</c> section.</summary>
    public static UnitText Parse(string text) => Parse(text, "Service");

    public static UnitText Parse(string text, string wanted)
    {
        var assignments = ImmutableArray.CreateBuilder<(string Key, string Value)>();
        var section = "";
        foreach (var line in LogicalLines(text))
        {
            if (line is ['[', .. var name, ']'])
                section = name;
            else if (section == wanted && line.Split('=', 2) is [var key, var value])
                assignments.Add((key.TrimEnd(), value.TrimStart()));
        }
        return new(assignments.ToImmutable());
    }

    /// <summary>Returns this unit with a drop-in applied.</summary>
    public UnitText With(UnitText dropIn) => new(Assignments.AddRange(dropIn.Assignments));

    /// <summary>Returns the values of a list setting: each assignment appends, an empty one clears the list.</summary>
    public ImmutableArray<string> List(string key)
    {
        var list = new List<string>();
        foreach (var (_, value) in Assignments.Where(assignment => assignment.Key == key))
        {
            if (value.Length == 0)
                list.Clear();
            else
                list.Add(value);
        }
        return [.. list];
    }

    /// <summary>Returns trimmed lines without comments, joined after a trailing backslash; comments between the parts
    /// are allowed.</summary>
    /// <exception cref="FormatException">A line is longer than <see cref="ExpansionBudget.MaxLength"/>.</exception>
    public static IEnumerable<string> LogicalLines(string text)
    {
        var pending = new StringBuilder();
        using var lines = new StringReader(text);
        while (lines.ReadLine()?.Trim() is { } line)
        {
            if (line is ['#' or ';', ..] || (line.Length == 0 && pending.Length == 0))
                continue;
            var continues = line.EndsWith('\\');
            pending.Append(line, 0, continues ? line.Length - 1 : line.Length);
            if (pending.Length > ExpansionBudget.MaxLength)
                throw TooLong();
            if (continues)
            {
                pending.Append(' ');
                continue;
            }
            yield return pending.ToString();
            pending.Clear();
        }
        if (pending.Length > 0)
            yield return pending.ToString().TrimEnd();
    }

    private static FormatException TooLong() => new(string.Create(CultureInfo.InvariantCulture,
        $"has a line of more than {ExpansionBudget.MaxLength} characters, including continuation lines; shorten it"));
}
