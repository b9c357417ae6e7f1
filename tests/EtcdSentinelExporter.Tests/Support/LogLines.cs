using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Keeps what is logged, by whomever.</summary>
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
        // There is one place for lines, and no other is asked for.
    }

    public void Dispose()
    {
        // Lines are read after the program that wrote them has ended.
    }
}
