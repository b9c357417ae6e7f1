using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Reads all expected certificate files of this node, and the certificates that its TLS servers
/// present.</summary>
/// <param name="etcd">Discovers how etcd runs on this node.</param>
/// <param name="plan">Decides what to check; blocks on the disk.</param>
/// <param name="disk">Runs everything that may block on the disk.</param>
/// <param name="scan">Reads the files.</param>
/// <param name="handshakes">Reads the served certificates.</param>
/// <param name="processes">Finds the start times of components.</param>
internal sealed class CertificatesProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> etcd,
    Func<EtcdInstallation?, CertificatePlan> plan,
    FileSweeper disk,
    FileScan scan,
    Handshakes handshakes,
    Func<ImmutableArray<ExpectedProcess>, ImmutableArray<ComponentReading>> processes,
    CertificatesLog log,
    TimeProvider clock) : IProbe<CertificatesReading>
{
    public async ValueTask<CertificatesReading> ReadAsync(
        CertificatesReading? previous, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var installation = (await etcd(cancellationToken)).Found;
        var (now, isRemembered) = await PlanAsync(installation, previous?.Plan, cancellationToken);
        var (files, leftOut) = await scan.ReadAsync(now.Files, cancellationToken);
        var served = await handshakes.ReadAsync(now.Listeners, previous?.Served ?? [], files, cancellationToken);
        // procfs does not block on a hung disk, but without a new plan it is unknown which processes to look for.
        var components = isRemembered ? [] : processes(now.Components);
        var reading = new CertificatesReading(at, now, files, served, components, leftOut);
        log.Changes(previous, reading);
        return reading;
    }

    /// <summary>Makes a new plan, or returns the previous one if the disk does not respond.</summary>
    /// <exception cref="TimeoutException">The disk does not respond, and there is no previous plan.</exception>
    private async Task<(CertificatePlan Plan, bool IsRemembered)> PlanAsync(
        EtcdInstallation? installation, CertificatePlan? before, CancellationToken cancellationToken)
    {
        var plans = await disk.RunAsync<CertificatePlan?>(["/"], _ => plan(installation), _ => null, cancellationToken);
        return plans[0] is { } now ? (now, false)
            : before is not null ? (before, true)
            : throw new TimeoutException(
                "Cannot read the node's files: the disk does not respond. Check the kernel log (dmesg).");
    }
}
