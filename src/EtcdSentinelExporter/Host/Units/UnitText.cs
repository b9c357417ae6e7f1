using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>The assignments in the <c>[Service]</c> section of a systemd unit, in order; see
/// systemd.syntax(7).</summary>
internal sealed record UnitText(ImmutableArray<(string Key, string Value)> Assignments)
{
    public static UnitText Parse(string text)
    {
        var assignments = ImmutableArray.CreateBuilder<(string Key, string Value)>();
        var section = "";
        foreach (var line in LogicalLines(text))
        {
            if (line is ['[', .. var name, ']'])
                section = name;
            else if (section == "Service" && line.Split('=', 2) is [var key, var value])
                assignments.Add((key.TrimEnd(), value.TrimStart()));
        }
        return new(assignments.ToImmutable());
    }

    /// <summary>This unit with a drop-in read after it.</summary>
    public UnitText With(UnitText dropIn) => new(Assignments.AddRange(dropIn.Assignments));

    /// <summary>The values of a setting that is a list: each assignment adds, an empty one starts anew.</summary>
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

    /// <summary>Lines joined where a backslash ends them, trimmed, without comments; a comment may stand between the
    /// parts.</summary>
    /// <exception cref="FormatException">A line is longer than <see cref="ExpansionBudget.MaxLength"/>.</exception>
    public static IEnumerable<string> LogicalLines(string text)
    {
        var begun = new StringBuilder();
        using var lines = new StringReader(text);
        while (lines.ReadLine()?.Trim() is { } line)
        {
            if (line is ['#' or ';', ..] || (line.Length == 0 && begun.Length == 0))
                continue;
            var goesOn = line.EndsWith('\\');
            begun.Append(line, 0, goesOn ? line.Length - 1 : line.Length);
            if (begun.Length > ExpansionBudget.MaxLength)
                throw TooLong();
            if (goesOn)
            {
                begun.Append(' ');
                continue;
            }
            yield return begun.ToString();
            begun.Clear();
        }
        if (begun.Length > 0)
            yield return begun.ToString().TrimEnd();
    }

    private static FormatException TooLong() => new(string.Create(CultureInfo.InvariantCulture,
        $"has a line of more than {ExpansionBudget.MaxLength} characters, continuation lines included; shorten it"));
}
