using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Prints all problems of the settings, not only the first.</summary>
internal static class ConfigurationErrors
{
    /// <returns>The exit code, or <see langword="null"/> if the settings are valid.</returns>
    public static async Task<int?> PrintAsync(SettingValues settings, TextWriter error)
    {
        if (settings.Problems is [])
            return null;
        await error.WriteLineAsync("invalid configuration:");
        foreach (var problem in settings.Problems)
            await error.WriteLineAsync($"  {problem}");
        return ExitCode.Usage;
    }
}
