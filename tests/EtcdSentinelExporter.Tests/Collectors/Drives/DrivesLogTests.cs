using EtcdSentinelExporter.Collectors.Drives;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Drives;

public sealed class DrivesLogTests
{
    [Fact]
    public void That_drives_cannot_be_listed_is_said_once_and_so_is_its_end()
    {
        var lines = new Lines();
        var log = new DrivesLog(lines);
        var well = Some.Reading(Some.Read(Some.Drive("sda"), Some.Incident()));
        var ill = well with { ScanProblem = "sysfs does not answer" };

        log.Changes(well, ill);
        log.Changes(ill, ill);
        log.Changes(ill, well);
        log.Changes(well, well);

        Assert.Equal([LogLevel.Warning, LogLevel.Information], lines.Levels);
    }

    private sealed class Lines : ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Levels.Add(logLevel);
    }
}
