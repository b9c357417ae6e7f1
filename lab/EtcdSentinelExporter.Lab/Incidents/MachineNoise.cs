using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>How slow this machine itself is: alerts because of that are not caused by an incident.</summary>
internal sealed class MachineNoise
{
    // etcd's histogram cannot distinguish a write of this duration from a slow disk: its buckets end at 32 and 64 ms.
    private const int SlowWrite = 25;

    // etcd's leader sends a heartbeat every 100 ms; one that is 100 ms late counts as failed. The longest delay
    // measured here is shorter than that of three members.
    private const int LateWakeUp = 50;

    private const int Sleep = 20;
    private static readonly byte[] s_block = new byte[4096];
    private readonly string _file = Path.Combine(TestRun.Folder, "write");
    private double _slowestWrite;
    private double _worstLateness;

    public MachineNoise() => new Thread(Listen) { IsBackground = true, Priority = ThreadPriority.AboveNormal }.Start();

    /// <summary>The parts of this machine that are slow, as lab/data/expected-alerts names them.</summary>
    public string[] Slow =>
    [
        .. _slowestWrite >= SlowWrite ? ["slow-disk"] : (string[])[],
        .. _worstLateness >= LateWakeUp ? ["slow-processor"] : (string[])[],
    ];

    public string Description => FormattableString.Invariant($"""
        this machine's disk: slowest write {_slowestWrite:0} ms (from {SlowWrite} ms on alerts on slow disks may fire)
        its processors: longest delay of a process {_worstLateness:0} ms
        """) + FormattableString.Invariant($" (from {LateWakeUp} ms on alerts on late heartbeats may fire)");

    /// <summary>Times one synchronous write beside etcd.</summary>
    public void TimeAWrite()
    {
        var watch = Stopwatch.StartNew();
        using (var file = new FileStream(_file, FileMode.Create))
        {
            file.Write(s_block);
            file.Flush(flushToDisk: true);
        }
        _slowestWrite = Math.Max(_slowestWrite, watch.Elapsed.TotalMilliseconds);
    }

    private void Listen()
    {
        while (true)
        {
            var watch = Stopwatch.StartNew();
            Thread.Sleep(Sleep);
            _worstLateness = Math.Max(_worstLateness, watch.Elapsed.TotalMilliseconds - Sleep);
        }
    }
}
