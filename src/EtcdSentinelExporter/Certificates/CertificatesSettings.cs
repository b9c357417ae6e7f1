using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Certificates;

internal static class CertificatesSettings
{
    public static readonly CollectorSettings Common = new(CertificatesCollector.Name, every: "1m", timeout: "10s");

    public static readonly Setting<string> Profile = new("certificates.profile",
        "Distribution whose files are expected: `auto` (detected on the node), "
        + string.Join(", ", KnownProfiles.All.Where(p => p.Name != KnownProfiles.None).Select(p => $"`{p.Name}`"))
        + ", or `none` (only files from `certificates.files` and etcd's own configuration).",
        KnownProfiles.Auto,
        SettingParsers.OneOf(
            [(KnownProfiles.Auto, KnownProfiles.Auto), .. KnownProfiles.All.Select(p => (p.Name, p.Name))]));

    public static readonly ListSetting<ConfiguredFile> Files = new("certificates.files",
        "Additional files, as `/path` or `name=/path`: PEM, or a kubeconfig (`.conf`, `.kubeconfig`, `.yaml`, "
        + "`.json`). `*` and `?` match parts of a name. At most 1000 files are read.", "", ConfiguredFile.Parse);

    public static readonly ListSetting<ConfiguredListener> Served = new("certificates.served",
        "Additional TLS servers to check, as `name=host:port`; compared with the file of that name.", "",
        ConfiguredListener.Parse);

    public static ImmutableArray<Setting> All { get; } = [.. Common.All, Profile, Files, Served];
}
