using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Versions;

/// <summary>Which table of advisories is used.</summary>
internal static class VersionSettings
{
    private const int MaxFileBytes = 1 << 20;

    public static readonly Setting<string?> AdvisoriesFile = new("etcd.advisories-file",
        "YAML file with advisories for versions of etcd, instead of the table of this release. It is read at the "
        + "start. A path in the exporter's own file system; `path.rootfs` does not apply.",
        "", SettingParsers.AbsolutePath);

    /// <summary>Registers the table. A file that is invalid is a problem of the settings.</summary>
    public static IServiceCollection AddAdvisories(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => Load(provider.GetRequiredService<SettingValues>()));
        return services;
    }

    private static AdvisoryTable Load(SettingValues settings)
    {
        if (settings.Get(AdvisoriesFile) is not { } path)
            return AdvisoryTable.Shipped;
        try
        {
            return new FileInfo(path).Length > MaxFileBytes
                ? throw new FormatException("is larger than 1 MiB")
                : AdvisoryTable.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            settings.AddProblem(AdvisoriesFile.Key, $"cannot use {path}: {e.Message}; correct it, or leave it out.");
            return AdvisoryTable.Shipped;
        }
    }
}
