using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Logs one line per event. The framework's console logger cannot write logfmt, and asks the system for the
/// time.</summary>
internal sealed class LineLoggerProvider(LineWriter to, Func<LogEvent, string> format, TimeProvider clock)
    : ILoggerProvider
{
    // An error text can come from a peer, and be as long as it likes.
    private const int MaxValue = 4096;

    // The server's own words about clients that break the protocol: any client can make thousands of them.
    private const string AboutClients = "Microsoft.AspNetCore.Server.Kestrel.";

    private readonly Throttle _aboutClients = new(TimeSpan.FromMinutes(1), clock);

    public ILogger CreateLogger(string categoryName) => new LineLogger(
        this, categoryName[(categoryName.LastIndexOf('.') + 1)..],
        categoryName.StartsWith(AboutClients, StringComparison.Ordinal) ? _aboutClients : null);

    public void Dispose()
    {
        // The writer belongs to whoever gave it.
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Cut(string value) => value.Length <= MaxValue ? value : value[..MaxValue] + "…";

    /// <param name="throttle">Lets one warning through at a time; null for all of them.</param>
    private sealed class LineLogger(LineLoggerProvider provider, string source, Throttle? throttle) : ILogger
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
                Write(LogLevel.Warning, $"A client broke the protocol: {formatter(state, exception)}", Counted(count));
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
            // Where it happened helps only with what nobody foresaw.
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
