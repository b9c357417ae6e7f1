using System.Globalization;

namespace EtcdSentinelExporter.Logging;

/// <summary>Logs one line per event. The framework's console logger cannot write logfmt, and asks the system for the
/// time.</summary>
/// <param name="to">Used by one event at a time.</param>
internal sealed class LineLoggerProvider(TextWriter to, Func<LogEvent, string> format, TimeProvider clock)
    : ILoggerProvider
{
    // An error text can come from a peer, and be as long as it likes.
    private const int LongestValue = 4096;

    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
        // The writer belongs to whoever gave it.
    }

    private void Write(LogEvent logged)
    {
        var line = format(logged);
        lock (_gate)
        {
            try
            {
                to.WriteLine(line);
                to.Flush();
            }
            catch (IOException)
            {
                // A full disk must not end the program that is there to tell of it.
            }
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Cut(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";

    private sealed class LineLogger(LineLoggerProvider provider, string source) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            provider.Write(new(
                provider.Now,
                logLevel,
                source,
                Cut(formatter(state, exception)),
                [.. Details(state, logLevel, exception)]));

        private static IEnumerable<KeyValuePair<string, string>> Details<TState>(
            TState state, LogLevel level, Exception? exception)
        {
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                if (name is not "{OriginalFormat}")
                    yield return new(char.ToLowerInvariant(name[0]) + name[1..], Cut(Text(value)));
            }
            // Where it happened helps only with what nobody foresaw.
            if (exception is not null)
            {
                yield return new("error", Cut(level >= LogLevel.Error
                    ? exception.ToString()
                    : $"{exception.GetType().Name}: {exception.Message}"));
            }
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
