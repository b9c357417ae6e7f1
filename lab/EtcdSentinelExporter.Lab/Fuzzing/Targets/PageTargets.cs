using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>etcd's page as it is read and passed through, and the exporter's own page as it is written.</summary>
internal static class PageTargets
{
    private const int MaxLabelLength = 10_000;

    private const string Page = """
        # HELP etcd_server_has_leader a
        # TYPE etcd_server_has_leader gauge
        etcd_server_has_leader 1
        etcd_server_id{server_id="8e9e05c52164694d"} 1
        etcd_server_version{server_version="3.6.1"} 1
        etcd_mvcc_db_total_size_in_bytes 20480 1700000000000
        etcd_server_quota_backend_bytes 2.147483648e+09
        etcd_disk_backend_defrag_duration_seconds_bucket{le="+Inf"} 0
        etcd_debugging_mvcc_compact_revision -1

        """;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("metrics-page", Seeds, input => ReadAsync(input).GetAwaiter().GetResult()),
        new("passthrough", Seeds, input => PassThroughAsync(input).GetAwaiter().GetResult()),
        FuzzTarget.Total("page-writer", () => SeedFiles.Texts("a\nb", "a\"\\\n{}=,\u202e\0", "NaN\n-1"), Write),
    ];

    private static ImmutableArray<byte[]> Seeds() => [.. SeedFiles.Texts(Page), .. SeedFiles.Named("etcd-3.*.txt")];

    private static async Task<bool> ReadAsync(byte[] input)
    {
        await using MemoryStream stream = new(input);
        var page = await MetricsPageReader.ReadAsync(stream, EtcdPage.Families, default);
        var read = EtcdPage.From(page, DateTimeOffset.UnixEpoch);
        Property.Holds(read.CompactRevision is null or >= 0, "a negative compact revision");
        Property.Holds(read.Status is not { DbBytes: < 0 }, "a negative size");
        return true;
    }

    // What comes out is made of whole lines of what goes in, in their order.
    private static async Task<bool> PassThroughAsync(byte[] input)
    {
        await using MemoryStream stream = new(input);
        await using MemoryStream output = new();
        try
        {
            await PassthroughFilter.CopyAsync(stream, PassthroughFamilies.Of([PassthroughFamilies.Default]),
                (bytes, _) =>
            {
                output.Write(bytes.Span);
                return ValueTask.CompletedTask;
            }, default);
        }
        finally
        {
            IsMadeOf(output.ToArray(), input);
        }
        return true;
    }

    private static void IsMadeOf(ReadOnlySpan<byte> output, ReadOnlySpan<byte> input)
    {
        while (output.IndexOf((byte)'\n') + 1 is > 0 and var length)
        {
            while (input.IndexOf((byte)'\n') + 1 is > 0 and var next && !input[..next].SequenceEqual(output[..length]))
                input = input[next..];
            Property.Holds(input.StartsWith(output[..length]), "a line that was not in the page, or in another order");
            input = input[length..];
            output = output[length..];
        }
        Property.Holds(output.IsEmpty, "half a line");
    }

    private static void Write(string text)
    {
        // No label is so long that etcd's lines, for which the reader is made, could not hold it.
        string[] lines = [.. text[..Math.Min(text.Length, MaxLabelLength)].Split('\n', 3), "", ""];
        Rendered.CheckAsync<string[]>(
        [
            new(MetricType.Gauge, "a", "Help.", ["one", "two"], (of, to) => to.Add(1, of[0], of[1])),
            new(MetricType.Gauge, "b", "Help.", ["one"], (of, to) => to.Add(of[0].Length, string.Join('\n', of))),
            new(MetricType.Counter, "c_total", "Help.", ["one"], (of, to) =>
            {
                foreach (var line in of)
                    to.Add(CountOf(line), line);
            }),
        ], lines).GetAwaiter().GetResult();
    }

    // The infinities are written as Prometheus reads them, and etcd never writes them.
    private static double CountOf(string line) =>
        double.TryParse(line, CultureInfo.InvariantCulture, out var count) && double.IsFinite(count) ? count : -1;
}
