namespace EtcdSentinelExporter.Lab.Views;

/// <summary>The disk under each member's data directory, compared with findmnt and lsblk.</summary>
internal sealed class StorageView(DemoLab lab) : IView
{
    private const string Format = "{0,-6} {1,-10} {2,-24} {3,-8} {4,-20} {5}";

    public string Disagreement => "the exporters and findmnt do not agree about the disks under etcd";

    public async Task<IReadOnlyList<string>> CompareAsync()
    {
        var rows = await ReadAsync();
        var complaints = new List<string>();
        foreach (var node in lab.Nodes)
        {
            var found = await DiskOfPath.Here.LocateAsync(lab.Node(node).DataDir);
            var ours = rows.FirstOrDefault(row => row[0] == node);
            string[] wanted = found.Device is null ? ["-"] : [found.Device, found.Source, found.Type];
            if (ours is null || !ours.Skip(1).Take(wanted.Length).SequenceEqual(wanted))
            {
                complaints.Add($"{node}: the exporter reports the disk {string.Join(' ', ours?[1..4] ?? ["nothing"])}, "
                    + $"findmnt and lsblk report {string.Join(' ', wanted)}");
            }
        }
        return complaints;
    }

    public async Task<IReadOnlyList<string>> DrawAsync() =>
    [
        Seen.Row(Format, "NODE", "DISK", "SOURCE", "TYPE", "SERIAL", "THROUGH"),
        .. (await ReadAsync()).Select(row => Seen.Row(Format, row)),
    ];

    private async Task<List<string[]>> ReadAsync()
    {
        var seen = await Seen.AskAsync(lab.Prometheus, "disk_role_(info|unresolved)", "role=\"etcd_data\",");
        return [.. seen.All.OrderBy(one => one["node"], StringComparer.Ordinal).Select(one => new[]
        {
            one["node"]!, one["device"] ?? "-", one["source"] ?? "-", one["fstype"] ?? one["reason"] ?? "-",
            one["serial"] ?? "-", one["via"] ?? "-",
        })];
    }
}
