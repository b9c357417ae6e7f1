using System.Collections.Immutable;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>An incident, its page, and the verdict that the page must show.</summary>
/// <param name="Verdict">Beginning of the first sentence, with the status.</param>
internal sealed record PageCase(string Verdict)
{
    /// <summary>Starts etcd and the real exporter, and makes it happen; <see langword="null"/> if
    /// <see cref="Report"/> is set.</summary>
    public Func<StatusPages, Task<Sentinel>>? StartAsync { get; init; }

    /// <summary>A report about readings of this test, served by the real pages. Only for what needs a slow disk, hours
    /// or several machines.</summary>
    public Report? Report { get; init; }

    /// <summary>All cases by name.</summary>
    public static ImmutableDictionary<string, PageCase> All { get; } = new Dictionary<string, PageCase>
    {
        ["healthy"] = new("Ok: 1 of 1 etcd members answer and have a quorum") { StartAsync = RealPages.HealthyAsync },
        ["nospace"] = new("Critical: cp-1 (https://127.0.0.1:") { StartAsync = RealPages.NoSpaceAsync },
        ["no-quorum"] = new("Critical: cp-1: etcd has no quorum, nothing can be written")
        {
            StartAsync = RealPages.NoQuorumAsync,
        },
        ["certificate"] = new("Critical: /etc/kubernetes/pki/apiserver.crt: ")
        {
            StartAsync = RealPages.CertificateAsync,
        },
        ["fragmentation"] = new("Warning: cp-1 (https://127.0.0.1:") { StartAsync = RealPages.FragmentationAsync },
        ["dying-disk"] = new("Critical: The disk under etcd is the cause: sda (CT1000MX500SSD1): 300 ms a flush")
        {
            Report = MadeReports.DyingDisk,
        },
        ["compaction-stalled"] = new("Ok: ") { Report = MadeReports.CompactionStalled },
        ["hostile"] = new("Critical: ") { Report = MadeReports.Hostile },
        ["huge"] = new("Critical: ") { Report = MadeReports.Huge },
    }.ToImmutableDictionary(StringComparer.Ordinal);
}
