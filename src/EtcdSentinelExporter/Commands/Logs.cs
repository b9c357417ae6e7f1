using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Logging;

namespace EtcdSentinelExporter.Commands;

/// <summary>Where log lines go, and which.</summary>
internal static class Logs
{
    public static ILoggerFactory To(Surroundings outside, Settings settings)
    {
        var level = settings.Get(GeneralSettings.LogLevel);
        Func<LogEvent, string> format = settings.Get(GeneralSettings.LogFormat) is LogFormat.Json
            ? JsonLine.Write
            : LogfmtLine.Write;
        return LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            // What the framework has to say about its requests is of use only to who asks for everything.
            if (level is not LogLevel.Debug)
                logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            logging.Services.AddSingleton<ILoggerProvider>(
                _ => new LineLoggerProvider(outside.Error, format, outside.Clock));
        });
    }
}
