using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Prints everything that is wrong with the settings, at once.</summary>
internal static class ConfigurationErrors
{
    /// <returns>The exit code; <see langword="null"/> when nothing is wrong.</returns>
    public static async Task<int?> PrintAsync(SettingValues settings, TextWriter error)
    {
        if (settings.Problems is [])
            return null;
        await error.WriteLineAsync("etcd-sentinel-exporter does not start, because of these settings:");
        foreach (var problem in settings.Problems)
            await error.WriteLineAsync($"  {problem}");
        return ExitCode.Usage;
    }
}
