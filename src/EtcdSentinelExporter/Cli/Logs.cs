using EtcdSentinelExporter.Cli.Logging;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Sets up logging: level, format and output as configured.</summary>
internal sealed class Logs : IDisposable
{
    private readonly LineWriter _lines;

    public Logs(CommandContext context, SettingValues settings)
    {
        var level = settings.Get(GeneralSettings.LogLevel);
        Func<LogEvent, string> format = settings.Get(GeneralSettings.LogFormat) is LogFormat.Json
            ? JsonLine.Write
            : LogfmtLine.Write;
        _lines = new(context.Error, context.LogFlushTimeout);
        Factory = LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            // The framework's messages about single requests are useful only for debugging.
            if (level is not LogLevel.Debug)
                logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(_lines, format, context.Clock));
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
