using System.Globalization;

namespace EtcdSentinelExporter.Settings;

/// <summary>Parsers of values. Each throws <see cref="FormatException"/> that says what to write instead.</summary>
internal static class SettingParsers
{
    public static string Text(string text) => text;

    public static bool Flag(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException("write true or false."),
    };

    /// <inheritdoc cref="DurationText"/>
    public static TimeSpan Duration(string text) => DurationText.Parse(text);

    /// <summary>Parses a number of bytes as <c>20MiB</c>; units are B, KiB, MiB, GiB and TiB.</summary>
    public static double Bytes(string text)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var digits = text.TrimEnd([.. "BKMGTi"]);
        var unit = Array.IndexOf(units, text[digits.Length..]);
        return unit >= 0 && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * Math.Pow(1024, unit)
            : throw new FormatException("write a number of bytes such as 512KiB, 20MiB or 1GiB.");
    }

    /// <summary>Accepts a path that begins with a slash and contains no NUL.</summary>
    public static string AbsolutePath(string text) =>
        text.StartsWith('/') && !text.Contains('\0', StringComparison.Ordinal) ? text
            : throw new FormatException("write an absolute path, such as /etc/kubernetes.");

    /// <summary>Parses an absolute URL; <see langword="null"/> if it is invalid, or not of http or https.</summary>
    public static Uri? HttpUrl(string text) =>
        // Some texts that begin with two backslashes make Uri throw IndexOutOfRangeException.
        (text.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null;

    /// <summary>Makes a parser that accepts one of the given words.</summary>
    public static Func<string, T> OneOf<T>(params (string Word, T Value)[] choices) => text =>
        Array.FindIndex(choices, c => c.Word == text) is >= 0 and var found ? choices[found].Value
            : throw new FormatException($"write one of {string.Join(", ", choices.Select(c => c.Word))}.");

    /// <summary>Adds inclusive bounds to another parser.</summary>
    /// <param name="min">Smallest valid value, as a user would write it.</param>
    /// <param name="max">Largest valid value, as a user would write it.</param>
    public static Func<string, T> Within<T>(Func<string, T> parse, string min, string max)
        where T : IComparable<T> => text =>
        parse(text) is var value && value.CompareTo(parse(min)) >= 0 && value.CompareTo(parse(max)) <= 0 ? value
            : throw new FormatException($"must be from {min} to {max}.");
}
