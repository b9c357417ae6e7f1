namespace EtcdSentinelExporter.Settings;

/// <summary>How values are written. Each throws <see cref="FormatException"/> with what to write instead.</summary>
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

    /// <summary>A path from the root of the file system.</summary>
    public static string AbsolutePath(string text) =>
        text.StartsWith('/') && !text.Contains('\0', StringComparison.Ordinal) ? text
            : throw new FormatException("write an absolute path, such as /etc/kubernetes.");

    /// <summary>A word out of a short list.</summary>
    public static Func<string, T> OneOf<T>(params (string Word, T Value)[] choices) => text =>
        Array.FindIndex(choices, c => c.Word == text) is >= 0 and var found ? choices[found].Value
            : throw new FormatException($"write one of {string.Join(", ", choices.Select(c => c.Word))}.");

    /// <summary>Bounds for any of the others, both allowed themselves, written as a user would write them.</summary>
    public static Func<string, T> Within<T>(Func<string, T> parse, string least, string most)
        where T : IComparable<T> => text =>
        parse(text) is var value && value.CompareTo(parse(least)) >= 0 && value.CompareTo(parse(most)) <= 0 ? value
            : throw new FormatException($"must be from {least} to {most}.");
}
