using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Opens the file in <c>web.config.file</c>.</summary>
internal static class WebConfigFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the file; the setting must be set. An invalid file adds errors to the settings.</summary>
    public static WebConfigSource Open(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var clock = provider.GetRequiredService<TimeProvider>();
        // Not below path.rootfs: this file is in the exporter's own container.
        var files = new HostFiles("/", clock);
        // A configuration on a hanging disk must not block scrapes.
        var reads = new TimedReads(
            path => files.Read(path, MaxBytes), provider.GetRequiredService<HostTimeouts>().FileRead, clock);
        var source = new WebConfigSource(
            Path.GetFullPath(settings.Get(GeneralSettings.WebConfigFile)!), reads.Read, clock,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<WebConfigSource>());
        foreach (var problem in source.Open())
            settings.AddProblem(GeneralSettings.WebConfigFile.Key, problem);
        return source;
    }
}
