using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Writes one line per event.</summary>
/// <remarks>The framework's console logger cannot write logfmt, and always uses the system clock.</remarks>
internal sealed class LineLoggerProvider(LineWriter to, Func<LogEvent, string> format, TimeProvider clock)
    : ILoggerProvider
{
    // An error text may come from a peer and have any length.
    private const int MaxValueLength = 4096;

    // Kestrel warns about each client that violates the protocol: a client could cause thousands of lines.
    private const string ClientErrors = "Microsoft.AspNetCore.Server.Kestrel.";

    private readonly LogThrottle _clientErrors = new(TimeSpan.FromMinutes(1), clock);

    public ILogger CreateLogger(string categoryName) => new LineLogger(
        this, categoryName[(categoryName.LastIndexOf('.') + 1)..],
        categoryName.StartsWith(ClientErrors, StringComparison.Ordinal) ? _clientErrors : null);

    public void Dispose()
    {
        // The caller owns the writer.
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Cut(string value) => value.Length <= MaxValueLength ? value : value[..MaxValueLength] + "…";

    /// <param name="throttle">Limits the rate of warnings; null for no limit.</param>
    private sealed class LineLogger(LineLoggerProvider provider, string source, LogThrottle? throttle) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (throttle is null || logLevel < LogLevel.Warning)
                Write(logLevel, formatter(state, exception), Details(state, logLevel, exception));
            else if (throttle.TryPass(out var count))
                Write(LogLevel.Warning, $"Client protocol error: {formatter(state, exception)}", Counted(count));
        }

        private static IEnumerable<KeyValuePair<string, string>> Counted(long count) =>
            [new("count", count.ToString(CultureInfo.InvariantCulture))];

        private static IEnumerable<KeyValuePair<string, string>> Details<TState>(
            TState state, LogLevel level, Exception? exception)
        {
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                if (name is not "{OriginalFormat}")
                    yield return new(char.ToLowerInvariant(name[0]) + name[1..], Cut(Text(value)));
            }
            // Only errors get a stack trace: at lower levels the exception was expected.
            if (exception is not null)
            {
                yield return new("error", Cut(level >= LogLevel.Error
                    ? exception.ToString()
                    : $"{exception.GetType().Name}: {exception.Message}"));
            }
        }

        private void Write(LogLevel level, string message, IEnumerable<KeyValuePair<string, string>> details) =>
            provider.Write(new(provider.Now, level, source, Cut(message), [.. details]));
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private void Write(LogEvent logged) => to.Write(format(logged));
}
