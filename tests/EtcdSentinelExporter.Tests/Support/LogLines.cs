using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Records the lines of all loggers.</summary>
internal sealed class LogLines : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<LogLevel> Levels => _lines.Select(line => line.Level);

    public string Text => string.Join('\n', _lines.Select(line => line.Text));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // All lines are recorded here; other providers are ignored.
    }

    public void Dispose()
    {
        // Nothing to release: lines are read after the program has ended.
    }
}
