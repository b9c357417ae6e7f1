using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StyledText = Spectre.Console.Text;

namespace EtcdSentinelExporter.Findings;

/// <summary>Writes a report as text: for a terminal, with or without colours, and for curl.</summary>
internal static class ReportText
{
    public const int MinWidth = 20;
    public const int MaxWidth = 200;

    /// <summary>Width where no terminal says one.</summary>
    public const int UsualWidth = 120;

    private const int Border = 3;

    // The last column holds sentences and paths, and may be wrapped.
    private const int MinLast = 24;

    /// <summary>Text without colours.</summary>
    /// <param name="runbook">Says where the runbook of a finding is.</param>
    public static string Write(Report report, Func<ReportedFinding, string> runbook, int width = UsualWidth)
    {
        using var to = new StringWriter();
        Write(report, runbook, Console(to, width, hasColours: false));
        // A table is as wide as its console; spaces at the end of a line help nobody.
        return string.Join('\n', to.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    /// <param name="width">Columns; limited to <see cref="MinWidth"/> and <see cref="MaxWidth"/>.</param>
    public static IAnsiConsole Console(TextWriter to, int width, bool hasColours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(to),
        });
        console.Profile.Width = Math.Clamp(width, MinWidth, MaxWidth);
        return console;
    }

    /// <inheritdoc cref="Write(Report, Func{ReportedFinding, string}, int)"/>
    public static void Write(Report report, Func<ReportedFinding, string> runbook, IAnsiConsole to)
    {
        Line(to, $"{report.StatusWord.ToUpperInvariant()}: {report.Verdict}", Colour(report.Status), isBold: true);
        var at = report.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Line(to, $"{report.Place}, {at} UTC, etcd-sentinel-exporter {report.Release}");
        Title(to, "Cause", report.Causes);
        foreach (var (index, link) in report.Causes.Index())
            Hanging(to, index == 0 ? "  " : "->", $"{link.Name}: {link.Evidence}");
        Title(to, "Findings", report.Findings);
        foreach (var group in FindingGroup.Of(report.Findings))
            Findings(to, group, runbook(group.Items[0]));
        Title(to, "Notes", report.Notes);
        foreach (var note in report.Notes)
            Hanging(to, "-", note);
        foreach (var table in report.Tables.Where(table => !table.Rows.IsEmpty))
            Table(to, table);
    }

    private static void Findings(IAnsiConsole to, FindingGroup group, string runbook)
    {
        var finding = group.First;
        Line(to, $"{Report.Word(finding.Severity)}: {finding.Code}", Colour(finding.Severity), isBold: true);
        foreach (var line in group.Lines)
            Hanging(to, " ", line);
        Hanging(to, " ", $"Next: {finding.NextStep}");
        // As one line, however narrow the terminal is: a wrapped command could not be pasted.
        foreach (var command in group.Commands)
            to.Profile.Out.Writer.WriteLine($"  $ {command}");
        Hanging(to, " ", $"Runbook: {runbook}");
    }

    private static void Title<T>(IAnsiConsole to, string title, ImmutableArray<T> items)
    {
        if (items.IsEmpty)
            return;
        to.WriteLine();
        Line(to, title.ToUpperInvariant(), isBold: true);
    }

    private static void Table(IAnsiConsole to, ReportTable table)
    {
        Title(to, table.Title, table.Rows);
        if (((ReportTable[])[table, Short(table)]).FirstOrDefault(one => WidthOf(one) <= to.Profile.Width) is { } fits)
            to.Write(Wide(fits));
        else
            Narrow(to, table);
    }

    private static int WidthOf(ReportTable table) => 1 + table.Columns.Select((column, at) =>
        Border + Math.Max(column.Header.Length, Math.Min(
            table.Rows.Max(row => row[at].Shown.Length),
            at == table.Columns.Length - 1 ? MinLast : int.MaxValue))).Sum();

    private static ReportTable Short(ReportTable table) => table with
    {
        Columns = table.Columns.RemoveAll(column => column.IsExtra),
        Rows = [.. table.Rows.Select(row => row.Where((_, at) => !table.Columns[at].IsExtra).ToImmutableArray())],
    };

    // The borders of etcdctl.
    private static Table Wide(ReportTable table)
    {
        var wide = new Table().Border(TableBorder.Ascii2);
        foreach (var column in table.Columns)
        {
            var head = new TableColumn(new StyledText(column.Header));
            head.NoWrap = column != table.Columns[^1];
            wide.AddColumn(column.IsNumber ? head.RightAligned() : head);
        }
        foreach (var row in table.Rows)
            wide.AddRow(row.Select(IRenderable (cell) => new StyledText(cell.Shown, Colour(cell.Level))));
        return wide;
    }

    // A table that is too wide would break in the middle of words: one line for each value instead.
    private static void Narrow(IAnsiConsole to, ReportTable table)
    {
        foreach (var row in table.Rows)
        {
            var isFirst = true;
            foreach (var (column, cell) in table.Columns.Zip(row).Where(pair => pair.Second != ReportCell.Unknown))
            {
                Hanging(to, isFirst ? "-" : " ", $"{column.Header}: {cell.Shown}", Colour(cell.Level));
                isFirst = false;
            }
        }
    }

    private static void Line(IAnsiConsole to, string text, Style? style = null, bool isBold = false)
    {
        var shown = isBold ? (style ?? Style.Plain).Combine(new Style(decoration: Decoration.Bold)) : style;
        to.Write(new StyledText(text, shown));
        to.WriteLine();
    }

    // Lines that are broken begin below the first word, and not below the mark.
    private static void Hanging(IAnsiConsole to, string mark, string text, Style? style = null) => to.Write(
        new Grid()
            .AddColumn(new GridColumn().NoWrap().Padding(0, 0, 1, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0))
            .AddRow(new StyledText(mark), new StyledText(text, style)));

    private static Style? Colour(ReportStatus status) => status switch
    {
        ReportStatus.Ok => new(Color.Green),
        ReportStatus.Warning => new(Color.Yellow),
        ReportStatus.Critical => new(Color.Red),
        _ => null,
    };

    private static Style? Colour(Severity? severity) => severity switch
    {
        Severity.Critical => new(Color.Red),
        Severity.Warning => new(Color.Yellow),
        _ => null,
    };
}
