namespace EtcdSentinelExporter.Lab.Views;

/// <summary>Percentiles of etcd's own histograms, which Prometheus scrapes only through the exporters.</summary>
internal sealed class PassthroughView(DemoLab lab) : IView
{
    private const string Format = "{0,-6} {1,12} {2,12}";
    private const string Fsync = "etcd_disk_wal_fsync_duration_seconds";
    private const string Commit = "etcd_disk_backend_commit_duration_seconds";

    public string Disagreement => "Prometheus does not have etcd's own metrics";

    // A rate takes two scrapes with a write between them.
    public async Task<IReadOnlyList<string>> CompareAsync()
    {
        var complaints = new List<string>();
        for (var i = 0; i < lab.Nodes.Length; i++)
        {
            foreach (var family in (string[])[Fsync, Commit])
            {
                if (await PercentileAsync(family, i) is null)
                    complaints.Add($"{lab.Nodes[i]}: Prometheus has no {family}");
            }
        }
        if (complaints.Count > 0)
            await lab.Cluster.EtcdctlAsync("put", "/registry/demo/after", "again");
        return complaints;
    }

    public async Task<IReadOnlyList<string>> DrawAsync()
    {
        List<string> rows = [Seen.Row(Format, "NODE", "FSYNC P99", "COMMIT P99")];
        for (var i = 0; i < lab.Nodes.Length; i++)
        {
            rows.Add(Seen.Row(
                Format, lab.Nodes[i], Milliseconds(await PercentileAsync(Fsync, i)),
                Milliseconds(await PercentileAsync(Commit, i))));
        }
        return rows;
    }

    private static string Milliseconds(double? seconds) => Seen.Show(seconds, value => $"{value * 1000:0.##} ms");

    // The 99th percentile of the last five minutes.
    private async Task<double?> PercentileAsync(string family, int node)
    {
        var instance = lab.Exporters[node].Address.Authority;
        var series = $$"""{{family}}_bucket{job="{{DemoLab.NativeJob}}",instance="{{instance}}"}""";
        var answer = await lab.Prometheus.AskAsync($"histogram_quantile(0.99, rate({series}[5m]))");
        return answer is [{ Value: var value }, ..] && !double.IsNaN(value) ? value : null;
    }
}
