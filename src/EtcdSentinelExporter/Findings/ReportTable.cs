using System.Globalization;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Findings;

/// <summary>A table of a report: each renderer shows the same rows.</summary>
/// <param name="Key">Name in JSON, and of the section: <c>members</c>.</param>
/// <param name="Title">Heading.</param>
/// <param name="Rows">One cell for each column.</param>
internal sealed record ReportTable(
    string Key, string Title, ImmutableArray<ReportColumn> Columns, ImmutableArray<ImmutableArray<ReportCell>> Rows)
{
    /// <summary>Makes a table with a row for each item.</summary>
    public static ReportTable Of<T>(
        string key, string title, IEnumerable<T> items, params ImmutableArray<ReportColumn<T>> columns) => new(
            key, title, [.. columns.Select(column => column.Head)],
            [.. items.Select(item => (ImmutableArray<ReportCell>)[.. columns.Select(column => column.Cell(item))])]);
}

/// <param name="Key">Name of the property in JSON, with its unit: <c>db_size_bytes</c>.</param>
/// <param name="Header">Heading of the column.</param>
/// <param name="IsNumber">True to align it right.</param>
/// <param name="IsExtra">True to leave it out of text where the table is too wide.</param>
internal sealed record ReportColumn(string Key, string Header, bool IsNumber = false, bool IsExtra = false);

/// <summary>Defines a column and its cell for an item.</summary>
internal sealed record ReportColumn<T>(ReportColumn Head, Func<T, ReportCell> Cell)
{
    public ReportColumn(
        string key, string header, Func<T, ReportCell> cell, bool isNumber = false, bool isExtra = false)
        : this(new ReportColumn(key, header, isNumber, isExtra), cell)
    {
    }
}

/// <summary>A cell: how it is shown, and its value for JSON. At most one value is set; none if unknown.</summary>
internal sealed record ReportCell
{
    private const int MaxLength = 256;

    /// <summary>As shown; <c>-</c> if unknown.</summary>
    public string Shown { get; private init; } = "-";

    public string? Word { get; private init; }

    public double? Number { get; private init; }

    public bool? Flag { get; private init; }

    /// <summary>How bad it is; <see langword="null"/> if it is not.</summary>
    public Severity? Level { get; init; }

    /// <summary>Ratio of 0 to 1 for a bar; <see langword="null"/> for none.</summary>
    public double? Bar { get; private init; }

    public static ReportCell Unknown { get; } = new();

    public static ReportCell Of(string? text) => string.IsNullOrEmpty(text)
        ? Unknown
        : new() { Shown = DisplayText.Of(text, MaxLength), Word = DisplayText.Of(text, MaxLength) };

    public static ReportCell Of(double? number, string format = "0.##", string unit = "") =>
        number is { } value && double.IsFinite(value)
            ? new() { Number = value, Shown = Text(value, format) + unit }
            : Unknown;

    public static ReportCell Of(bool? flag) =>
        flag is { } value ? new() { Flag = value, Shown = value ? "yes" : "no" } : Unknown;

    public static ReportCell Bytes(double? bytes) =>
        bytes is { } size ? new() { Number = size, Shown = Size(size) } : Unknown;

    public static ReportCell Percent(double? ratio) =>
        ratio is { } share ? new() { Number = share, Shown = $"{Text(share * 100, "0.#")} %" } : Unknown;

    /// <summary>A percentage with a bar.</summary>
    public static ReportCell BarOf(double? ratio) =>
        Percent(ratio) with { Bar = ratio is { } share ? Math.Clamp(share, 0, 1) : null };

    /// <summary>Value in seconds.</summary>
    public static ReportCell Age(TimeSpan? age) => age is { } time
        ? new() { Number = Math.Round(time.TotalSeconds, 3), Shown = Duration(time) }
        : Unknown;

    /// <summary>In the unit that makes it short, as etcdctl and df print it: <c>2.1 GiB</c>.</summary>
    public static string Size(double bytes) => ByteText.Of(bytes);

    public static string Duration(TimeSpan time) => time.Duration() switch
    {
        { TotalSeconds: < 1 } => $"{Text(time.TotalMilliseconds, "0")} ms",
        { TotalSeconds: < 120 } => $"{Text(time.TotalSeconds, "0.#")} s",
        { TotalMinutes: < 120 } => $"{Text(time.TotalMinutes, "0")} min",
        { TotalHours: < 48 } => $"{Text(time.TotalHours, "0")} h",
        _ => $"{Text(time.TotalDays, "0")} days",
    };

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
