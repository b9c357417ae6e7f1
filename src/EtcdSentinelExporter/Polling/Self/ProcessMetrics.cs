using System.Globalization;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>The standard process metrics of Prometheus clients, with the usual names.</summary>
internal static class ProcessMetrics
{
    private static readonly Subject<ProcessReading, ProcessReading> Process = new(reading => [reading], [], _ => []);

    public static ImmutableArray<MetricFamily<ProcessReading>> Families { get; } =
    [
        Process.Info("etcd_sentinel_build_info",
            "Version of the running exporter; always 1.",
            ["version", "revision", "dotnet_version"],
            process => [process.Build.Version, process.Build.Revision, Build.Runtime]),

        Process.Counter("etcd_sentinel_log_lines_dropped_total",
            "Log lines dropped because standard error was not read or could not be written.",
            process => process.DroppedLogLines),

        Process.Counter("process_cpu_seconds_total",
            "Total user and system CPU time spent in seconds.",
            process => process.CpuTime),

        Process.Gauge("process_resident_memory_bytes",
            "Resident memory size in bytes.",
            process => process.ResidentBytes),

        Process.Gauge("process_virtual_memory_bytes",
            "Virtual memory size in bytes.",
            process => process.VirtualBytes),

        Process.Gauge("process_open_fds",
            "Number of open file descriptors.",
            process => process.OpenFiles),

        Process.Gauge("process_max_fds",
            "Maximum number of open file descriptors; +Inf if there is no limit.",
            process => process.MaxOpenFiles),

        Process.Gauge("process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            process => process.StartedAt),

        Process.Gauge("dotnet_total_memory_bytes",
            "Bytes on the managed heap.",
            process => process.ManagedBytes),

        Process.Each(process => process.Collections.Index(), ["generation"],
                generation => [generation.Index.ToString(CultureInfo.InvariantCulture)])
            .Counter("dotnet_collection_count_total",
            "Garbage collections by generation. A collection of an older generation also counts in the younger ones.",
            generation => generation.Part.Item),
    ];
}
