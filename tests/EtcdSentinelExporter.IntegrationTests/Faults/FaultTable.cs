using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>All faults, in the order of <c>docs/reliability.md</c>.</summary>
internal static class FaultTable
{
    public static ImmutableArray<Fault> All { get; } =
        [.. MemberFaults.All, .. DiskFaults.All, .. CertificateFaults.All, .. ExporterFaults.All];
}
