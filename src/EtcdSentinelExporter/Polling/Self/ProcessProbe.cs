using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Reads metrics of the exporter's own process.</summary>
/// <param name="procfs">The /proc in which <c>self</c> is this process: never the host's /proc under another
/// root.</param>
/// <param name="droppedLogLines">Returns the count immediately.</param>
internal sealed class ProcessProbe(string procfs, Func<long> droppedLogLines) : IProbe<ProcessReading>
{
    private const int MaxFileLength = 4096;

    public ValueTask<ProcessReading> ReadAsync(ProcessReading? previous, CancellationToken cancellationToken)
    {
        var stat = Try(() => ProcStat.Parse(Text("self/stat", MaxFileLength)));
        return ValueTask.FromResult(new ProcessReading
        {
            Build = Build.Current,
            CpuTime = stat?.CpuTime,
            VirtualBytes = stat?.VirtualBytes,
            ResidentBytes = stat?.ResidentPages * Environment.SystemPageSize,
            // The kernel adjusts its boot time when the clock is set, but the start time must not change.
            StartedAt = previous?.StartedAt ?? Try(BootTime) + stat?.StartedAfterBoot,
            OpenFiles = Try(OpenFiles),
            MaxOpenFiles = MaxOpenFiles(),
            DroppedLogLines = droppedLogLines(),
            ManagedBytes = GC.GetTotalMemory(forceFullCollection: false),
            Collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)],
        });
    }

    private DateTimeOffset? BootTime() => ProcStat.BootTime(Text("stat", ProcStat.MaxSystemStatLength));

    private int? OpenFiles() => Directory.EnumerateFileSystemEntries(Path.Combine(procfs, "self/fd")).Count();

    /// <summary>Soft limit on open files; infinite if there is none, null if it cannot be read.</summary>
    public double? MaxOpenFiles() => Try<double?>(() =>
        Text("self/limits", MaxFileLength).Split('\n')
            .FirstOrDefault(line => line.StartsWith("Max open files ", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(3) switch
        {
            null => null,
            "unlimited" => double.PositiveInfinity,
            var soft => long.Parse(soft, CultureInfo.InvariantCulture),
        });

    private string Text(string file, int maxLength)
    {
        using var stream = File.OpenRead(Path.Combine(procfs, file));
        var bytes = new byte[maxLength];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private static T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or FormatException or OverflowException)
        {
            return default;
        }
    }
}
