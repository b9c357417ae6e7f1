using System.Text.Json.Nodes;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Lab;

/// <summary>A stand-in for smartctl that plays the recording of a drive as if it were a disk of this machine.</summary>
internal sealed class RecordedDrive
{
    private const int CommandTimeouts = 188;
    private readonly string _report;

    /// <param name="disk">Kernel's name of the disk that it answers for; <see langword="null"/> for none.</param>
    /// <param name="recording">Name of a file of lab/data/recordings.</param>
    public RecordedDrive(NodeFolder node, string? disk, string recording)
    {
        _report = Path.Combine(node.Root, "drive.json");
        Smartctl = Path.Combine(node.Root, "smartctl");
        var serial = disk is null ? null : new BlockDevices(new HostFiles("/sys", TimeProvider.System)).List()
            .FirstOrDefault(one => one.Name == disk);
        File.WriteAllText(_report, File.ReadAllText(Path.Combine(Repo.Data, $"recordings/{recording}.json")).Replace(
            "@SERIAL@", serial is { Serial.Length: > 0 } ? serial.Serial : $"DEMO-{Path.GetFileName(node.Root)}",
            StringComparison.Ordinal));
        File.WriteAllText(Smartctl, $$$"""
            #!/bin/sh
            for device; do :; done
            [ "$device" != '/dev/{{{disk}}}' ] || exec cat '{{{_report}}}'
            printf '{"smartctl":{"exit_status":1,"messages":[{"string":"%s: unknown device"}]}}\n' "$device"
            exit 1

            """);
        File.SetUnixFileMode(Smartctl, File.GetUnixFileMode("/bin/sh"));
    }

    /// <summary>Path of the program.</summary>
    public string Smartctl { get; }

    /// <summary>Changes how many command timeouts the drive has counted.</summary>
    public void SetCommandTimeouts(int count)
    {
        var report = JsonNode.Parse(File.ReadAllText(_report))!;
        var attribute = report["ata_smart_attributes"]!["table"]!.AsArray()
            .First(one => one!["id"]!.GetValue<int>() == CommandTimeouts)!;
        attribute["raw"] = new JsonObject { ["value"] = count, ["string"] = $"{count}" };
        File.WriteAllText(_report + ".new", report.ToJsonString());
        File.Move(_report + ".new", _report, overwrite: true);
    }
}
