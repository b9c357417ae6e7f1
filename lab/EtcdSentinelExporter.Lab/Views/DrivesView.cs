namespace EtcdSentinelExporter.Lab.Views;

/// <summary>The recorded drives, compared with what was recorded.</summary>
internal sealed class DrivesView(DemoLab lab) : IView
{
    private const string Format = "{0,-6} {1,-8} {2,-28} {3,-12} {4,-7} {5,10} {6,9} {7,9} {8,12}";

    // Command timeouts and endurance used in each recording of the demo.
    private static readonly (double? Timeouts, double Used)[] s_recorded = [(85, 0.91), (null, 0.04), (null, 0.12)];

    public string Disagreement => "the recorded drives are not decoded";

    public async Task<IReadOnlyList<string>> CompareAsync()
    {
        var seen = await AskAsync();
        var complaints = new List<string>();
        foreach (var (node, wanted) in lab.Nodes.Zip(s_recorded).Where(_ => lab.Disk is not null))
        {
            var ours = (Value(seen, node, "command_timeouts_total"), Value(seen, node, "endurance_used_ratio"));
            if (ours != (wanted.Timeouts, wanted.Used))
                complaints.Add($"{node}: command timeouts and endurance are {ours}, and should be {wanted}");
        }
        return complaints;
    }

    public async Task<IReadOnlyList<string>> DrawAsync()
    {
        if (lab.Disk is null)
            return [];
        var seen = await AskAsync();
        return
        [
            Seen.Row(
                Format, "NODE", "DRIVE", "MODEL", "STATE", "HEALTHY", "RUNNING", "USED UP", "TIMEOUTS", "TEMPERATURE"),
            .. lab.Nodes.Select(node => Seen.Row(
                Format, node, lab.Disk, seen.Find(node, "disk_info", ("device", lab.Disk)).FirstOrDefault()?["model"],
                seen.Find(node, "disk_read_state", ("device", lab.Disk))
                    .FirstOrDefault(one => one.Value == 1)?["state"],
                Seen.Show(Value(seen, node, "healthy"), value => $"{(value == 1 ? "yes" : "no")}"),
                Seen.Show(Value(seen, node, "power_on_seconds"), value => $"{value / 3600:0} h"),
                Seen.Show(Value(seen, node, "endurance_used_ratio"), value => $"{value * 100:0} %"),
                Seen.Show(Value(seen, node, "command_timeouts_total"), value => $"{value}"),
                Seen.Show(Value(seen, node, "temperature_celsius"), value => $"{value} °C"))),
        ];
    }

    private Task<Seen> AskAsync() => Seen.AskAsync(lab.Prometheus, "disk_.+");

    private double? Value(Seen seen, string node, string name) =>
        seen.Value(node, $"disk_{name}", ("device", lab.Disk!));
}
