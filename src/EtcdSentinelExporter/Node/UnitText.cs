using System.Collections.Immutable;

namespace EtcdSentinelExporter.Node;

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
    public ImmutableArray<string> List(string key) =>
        Assignments.Where(assignment => assignment.Key == key)
            .Select(assignment => assignment.Value)
            .Aggregate(ImmutableArray<string>.Empty, (list, value) => value.Length == 0 ? [] : list.Add(value));

    /// <summary>Lines joined where a backslash ends them, trimmed, without comments; a comment may stand between the
    /// parts.</summary>
    public static IEnumerable<string> LogicalLines(string text)
    {
        var begun = "";
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()))
        {
            if (line is ['#' or ';', ..] || (line.Length == 0 && begun.Length == 0))
                continue;
            if (line is [.. var part, '\\'])
            {
                begun += part + " ";
                continue;
            }
            yield return begun + line;
            begun = "";
        }
        if (begun.Length > 0)
            yield return begun.TrimEnd();
    }
}
