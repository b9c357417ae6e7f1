using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Reads all certificates that this node is expected to have, and sees what is served.</summary>
/// <param name="etcd">How etcd was started on this node, read anew.</param>
/// <param name="plan">What there is to look at; blocks on the disk.</param>
/// <param name="disk">Where everything runs that may block.</param>
/// <param name="sweep">Reads the files.</param>
/// <param name="handshakes">Sees what is served.</param>
/// <param name="processes">When components started.</param>
internal sealed class CertificatesProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> etcd,
    Func<EtcdInstallation?, CertificatePlan> plan,
    FileSweeper disk,
    FileSweep sweep,
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
        var (files, leftOut) = await sweep.ReadAsync(now.Files, cancellationToken);
        var served = await handshakes.ReadAsync(now.Listeners, previous?.Served ?? [], files, cancellationToken);
        // The process table is memory, not disk; but nothing says which processes to look for while the disk hangs.
        var components = isRemembered ? [] : processes(now.Components);
        var reading = new CertificatesReading(at, now, files, served, components, leftOut);
        log.Changes(previous, reading);
        return reading;
    }

    /// <exception cref="TimeoutException">The disk does not answer, and never has.</exception>
    private async Task<(CertificatePlan Plan, bool IsRemembered)> PlanAsync(
        EtcdInstallation? installation, CertificatePlan? before, CancellationToken cancellationToken)
    {
        var plans = await disk.RunAsync<CertificatePlan?>(["/"], _ => plan(installation), _ => null, cancellationToken);
        return plans[0] is { } now ? (now, false)
            : before is not null ? (before, true)
            : throw new TimeoutException("What is on the node cannot be read: the disk does not answer.");
    }
}
