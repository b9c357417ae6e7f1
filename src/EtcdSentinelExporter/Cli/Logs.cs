using EtcdSentinelExporter.Cli.Logging;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Where log lines go, and which.</summary>
internal sealed class Logs : IDisposable
{
    private readonly LineWriter _lines;

    public Logs(CommandContext outside, SettingValues settings)
    {
        var level = settings.Get(GeneralSettings.LogLevel);
        Func<LogEvent, string> format = settings.Get(GeneralSettings.LogFormat) is LogFormat.Json
            ? JsonLine.Write
            : LogfmtLine.Write;
        _lines = new(outside.Error, outside.LogFlushWithin);
        Factory = LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            // What the framework has to say about its requests is of use only to who asks for everything.
            if (level is not LogLevel.Debug)
                logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(_lines, format, outside.Clock));
        });
    }

    public ILoggerFactory Factory { get; }

    /// <inheritdoc cref="LineWriter.Dropped"/>
    public long DroppedLines => _lines.Dropped;

    public void Dispose()
    {
        Factory.Dispose();
        _lines.Dispose();
    }
}
