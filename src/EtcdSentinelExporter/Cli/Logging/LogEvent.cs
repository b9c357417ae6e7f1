using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>One event, ready to be written.</summary>
/// <param name="Source">Name of the type that logged, without its namespace.</param>
/// <param name="Details">The values that the message names in braces.</param>
internal sealed record LogEvent(
    DateTimeOffset Time,
    LogLevel Level,
    string Source,
    string Message,
    IReadOnlyList<KeyValuePair<string, string>> Details)
{
    /// <summary><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>: the words of the setting.</summary>
    public string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    // Both formats escape them, so that a stack trace keeps its lines.
    private const string EscapedByFormats = "\t\r\n";

    /// <summary>Everything in the order in which it is written, without unsafe characters.</summary>
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
