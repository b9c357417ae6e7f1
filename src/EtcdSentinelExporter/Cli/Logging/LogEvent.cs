using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>One log event, ready to be formatted.</summary>
/// <param name="Source">Name of the type that logged, without its namespace.</param>
/// <param name="Details">The values of the placeholders in the message template.</param>
internal sealed record LogEvent(
    DateTimeOffset Time,
    LogLevel Level,
    string Source,
    string Message,
    IReadOnlyList<KeyValuePair<string, string>> Details)
{
    /// <summary><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>, as in the setting <c>log.level</c>.</summary>
    public string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    // Both formats escape these, so a stack trace keeps its line breaks.
    private const string EscapedByFormats = "\t\r\n";

    /// <summary>All fields in output order, with unsafe characters replaced.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields =>
    [
        new("time", Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            System.Globalization.CultureInfo.InvariantCulture)),
        new("level", LevelName),
        new("source", Source),
        new("msg", Safe(Message)),
        .. Details.Select(detail => KeyValuePair.Create(detail.Key, Safe(detail.Value))),
    ];

    private static string Safe(string text) => UnsafeCharacters.Replace(text, EscapedByFormats);
}
