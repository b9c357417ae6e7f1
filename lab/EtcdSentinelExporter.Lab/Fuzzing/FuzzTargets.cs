using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Fuzzing.Targets;

namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>All parsers of outside input.</summary>
internal static class FuzzTargets
{
    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        .. SettingTargets.All, .. TextTargets.All, .. HostTargets.All, .. DiscoveryTargets.All, .. ClientTargets.All,
        .. PageTargets.All, .. BlockTargets.All, .. SmartTargets.All, .. CertificateTargets.All, .. WebTargets.All,
    ];
}
