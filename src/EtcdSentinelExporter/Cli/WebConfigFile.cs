using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>Opens what <c>web.config.file</c> names.</summary>
internal static class WebConfigFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary><see langword="null"/> where none is set. What is wrong with it becomes complaints of the
    /// settings.</summary>
    /// <param name="limit">Of one read: a configuration on a disk that hangs is no reason to let a scrape hang.</param>
    public static WebConfigSource? Open(SettingValues settings, ILoggerFactory logs, TimeSpan limit, TimeProvider clock)
    {
        if (settings.Get(GeneralSettings.WebConfigFile) is not { } file)
            return null;
        // Not below path.rootfs: what secures the exporter is mounted into its own container.
        var files = new HostFiles("/", clock);
        var reads = new TimedReads(path => files.Read(path, MaxBytes), limit, clock);
        var source = new WebConfigSource(
            Path.GetFullPath(file), reads.Read, clock, logs.CreateLogger<WebConfigSource>());
        foreach (var problem in source.Open())
            settings.Complain(GeneralSettings.WebConfigFile.Key, problem);
        return source;
    }
}
