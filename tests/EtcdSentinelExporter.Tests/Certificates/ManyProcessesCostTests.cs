using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>What polls cost on a node with 2,000 processes; docs/performance.md says how to print it.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class ManyProcessesCostTests(ITestOutputHelper output) : IDisposable
{
    private const int Processes = 2_000;
    private const int Polls = 30;

    private readonly FakeClock _clock = new();
    private readonly HostFiles _files = new(TempNode.Fixture("kubeadm-certificates-dir"), TimeProvider.System);
    private readonly ProcessTable _table = new(new HostFiles("/proc", TimeProvider.System));
    private Process? _many;

    [Fact]
    public async Task Polls_on_a_node_with_2000_processes()
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("ETCD_SENTINEL_MEASURE") is null,
            "Starts 2,000 processes; set ETCD_SENTINEL_MEASURE.");
        _many = Process.Start(new ProcessStartInfo(
            "setsid", ["sh", "-c", $"i=0; while [ $i -lt {Processes} ]; do sleep 600 & i=$((i+1)); done; echo; wait"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await _many.StandardOutput.ReadLineAsync();
        var members = Members();
        var certificates = Certificates();

        var looking = await CostAsync(
            () => members.ReadAsync(previous: null, CancellationToken.None), TimeSpan.FromMinutes(1));
        var between = await CostAsync(
            () => members.ReadAsync(previous: null, CancellationToken.None), TimeSpan.FromMilliseconds(600));
        var watched = await CostAsync(
            () => certificates.ReadAsync(previous: null, CancellationToken.None), TimeSpan.FromMinutes(1));
        var search = await CostAsync(
            () => ValueTask.FromResult(_table.Find([EtcdProcess.Name])), TimeSpan.Zero);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"measured: {Processes} processes, ms of CPU: members, with the search {looking:0.0}, between searches "
            + $"{between:0.0}; certificates {watched:0.0}; a search alone {search:0.0}"));
        Assert.True(between < search);
    }

    public void Dispose()
    {
        if (_many is not null)
            OpenSsl.Run("kill", "-KILL", "--", $"-{_many.Id}");
        _many?.Dispose();
    }

    // Median. Without an etcd: what it answers costs nothing here.
    private async Task<double> CostAsync<T>(Func<ValueTask<T>> poll, TimeSpan every)
    {
        await poll();
        var times = new List<double>();
        for (var n = 0; n < Polls; n++)
        {
            _clock.Advance(every);
            var before = Environment.CpuUsage.TotalTime;
            await poll();
            times.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }
        return times.Order().ElementAt(Polls / 2);
    }

    private MembersProbe Members()
    {
        var discovery = new EtcdDiscovery(_files, _table, EtcdDiscovery.DefaultManifest, _clock);
        return new(
            discovery.ReadAsync,
            new EtcdOverrides([], CaFile: null, CertFile: null, KeyFile: null, MetricsUrl: null),
            targets => [.. targets.Select(IMember (_) => new FakeMember(_clock))],
            TimeSpan.FromSeconds(15), new MembersLog(NullLogger.Instance), _clock);
    }

    private CertificatesProbe Certificates()
    {
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        return new(
            _ => Task.FromResult(new EtcdDiscovered([], LookedAt: [], Problems: [])),
            new Planner(_files, KnownProfiles.Auto, [], [], etcdIdentity: null).Plan,
            disk,
            new FileScan(_files, disk, TimeProvider.System),
            new Handshakes((_, _) => Task.FromResult(SomeCertificates.Facts), Patience.Limit, TimeProvider.System),
            () => _table.Find(PodFinder.ProcessNames),
            new CertificatesLog(NullLogger.Instance),
            TimeProvider.System);
    }
}
