using Microsoft.Extensions.Logging;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Records the level of each log line.</summary>
internal sealed class LogLevels : ILogger
{
    public List<LogLevel> Levels { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Levels.Add(logLevel);
}
