using EtcdSentinelExporter.Certificates.Files;
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
/// <param name="processes">Finds the processes with names of components; none if they are not visible.</param>
internal sealed class CertificatesProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> etcd,
    Func<ImmutableArray<EtcdInstallation>, ImmutableArray<HostProcess>, NodeConfiguration, CertificatePlan> plan,
    FileSweeper disk,
    FileScan scan,
    Handshakes handshakes,
    Func<ImmutableArray<HostProcess>> processes,
    CertificatesLog log,
    TimeProvider clock) : IProbe<CertificatesReading>
{
    public async ValueTask<CertificatesReading> ReadAsync(
        CertificatesReading? previous, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var running = processes();
        var now = await PlanAsync(await etcd(cancellationToken), running, previous?.Plan, cancellationToken);
        var components = ComponentProcesses.Of(now.Components, running);
        var (files, leftOut, examined) = await scan.ReadAsync(
            now.Files, previous?.Examined ?? [], cancellationToken);
        var served = await handshakes.ReadAsync(
            now.Listeners, previous is null ? [] : StillServed(previous, components), files, cancellationToken);
        var reading = new CertificatesReading(
            at, now, [.. UnusedAuthorities.Mark(files, served), .. now.Unreadable], served, components, leftOut)
        {
            Examined = examined,
        };
        log.Changes(previous, reading);
        return reading;
    }

    /// <summary>Returns the last handshakes, without those of components whose process came, went or was
    /// replaced.</summary>
    private static ImmutableArray<ServedReading> StillServed(
        CertificatesReading previous, ImmutableArray<ComponentReading> now)
    {
        var before = previous.Components;
        var changed = before.Where(one => !now.Any(one.IsSameProcess))
            .Concat(now.Where(one => !before.Any(one.IsSameProcess))).Select(one => one.Name)
            .ToHashSet(StringComparer.Ordinal);
        return previous.Served.RemoveAll(served => changed.Contains(served.Listener.Component));
    }

    /// <summary>Makes a new plan, or returns the previous one if the disk does not respond.</summary>
    /// <exception cref="TimeoutException">The disk does not respond, and there is no previous plan.</exception>
    private async Task<CertificatePlan> PlanAsync(
        EtcdDiscovered discovered, ImmutableArray<HostProcess> running, CertificatePlan? before,
        CancellationToken cancellationToken)
    {
        var known = before?.From ?? NodeConfiguration.Nothing;
        var plans = await disk.RunAsync<CertificatePlan?>(
            ["/"], _ => plan(discovered.Installations, running, known), _ => null, cancellationToken);
        return plans[0] ?? before ?? throw new TimeoutException(
            "Cannot read the node's files: the disk does not respond. Check the kernel log (dmesg).");
    }
}
