using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Processor time and memory of a process and its children, as the kernel counts them.</summary>
internal sealed class ProcessCost(Process process)
{
    private readonly ProcessFigures _own = new(process.Id);

    /// <summary>User and system time so far, in steps of 10 ms.</summary>
    public TimeSpan Processor => TimeSpan.FromTicks(Family.Sum(one => one.Processor.Ticks));

    /// <summary>Time that the threads of the process itself have run, in nanoseconds.</summary>
    public double ThreadNanoseconds => _own.ThreadNanoseconds;

    public int Threads => Family.Sum(one => one.Threads);

    public int Descriptors => Family.Sum(one => one.Descriptors);

    /// <summary>A field in KiB: <c>VmRSS</c> or <c>RssAnon</c> of status, <c>Pss</c> of smaps_rollup.</summary>
    public double Kibibytes(string field, string file = "status") => Family.Sum(one => one.Kibibytes(field, file));

    private IEnumerable<ProcessFigures> Family =>
        _own.Children.Select(child => new ProcessFigures(child)).Prepend(_own);
}
