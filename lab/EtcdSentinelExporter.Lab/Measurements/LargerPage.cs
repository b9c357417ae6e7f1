using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Settings of the measured exporter, and what makes its page larger: recorded drives behind a controller,
/// played by a stand-in for smartctl, and files with a certificate each.</summary>
internal sealed class LargerPage
{
    private const string Script = """
        #!/bin/sh
        for word; do case "$word" in *megaraid,*) number="${word#*megaraid,}" ;; esac; done
        cat "${0%/*}/$number.json"
        """;

    private readonly int _drives;
    private readonly int _certificates;

    public LargerPage(NodeFolder node, int drives, int certificates)
    {
        (_drives, _certificates) = (drives, certificates);
        Settings =
            [$"--path.rootfs={node.Root}", .. WithCertificates(node), .. WithDrives(Path.Combine(node.Root, "drives"))];
    }

    public ImmutableArray<string> Settings { get; }

    /// <summary>The stand-in for smartctl; <see langword="null"/> without drives.</summary>
    public string? Smartctl { get; private set; }

    /// <summary>The drives, as settings name them.</summary>
    public IEnumerable<string> Devices =>
        Enumerable.Range(0, _drives).Select(number => $"/dev/bus/0;megaraid,{Text(number)}");

    /// <summary>True once the page has all that it will have: an exporter reads its drives seconds apart.</summary>
    public bool IsWhole(string page) =>
        Count(page, "etcd_sentinel_disk_healthy{", "megaraid") >= _drives
        && Count(page, "etcd_sentinel_certificate_not_after_timestamp_seconds{", "/bench/") >= _certificates;

    private static int Count(string page, string name, string part) => page.Split('\n').Count(line =>
        line.StartsWith(name, StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal));

    private IEnumerable<string> WithCertificates(NodeFolder node)
    {
        if (_certificates == 0)
            return [];
        var place = Directory.CreateDirectory(Path.Combine(node.Root, "bench")).FullName;
        foreach (var number in Enumerable.Range(0, _certificates).Select(Text))
            File.Copy(node.EtcdPki("server.crt"), Path.Combine(place, $"{number}.crt"));
        return ["--certificates.files=/bench/*.crt"];
    }

    // Each drive has a serial of its own.
    private IEnumerable<string> WithDrives(string place)
    {
        if (_drives == 0)
            return [];
        Directory.CreateDirectory(place);
        var recording = File.ReadAllText(Path.Combine(Repo.Data, "recordings/good-ssd.json"));
        foreach (var number in Enumerable.Range(0, _drives).Select(Text))
        {
            // smartctl_exporter tells drives apart by this name.
            var drive = recording.Replace("@SERIAL@", $"BENCH-{number}", StringComparison.Ordinal).Replace(
                "\"device\": {", $"\"device\": {{ \"name\": \"/dev/megaraid_{number}\",",
                StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(place, $"{number}.json"), drive);
        }
        var program = Smartctl = Path.Combine(place, "smartctl");
        File.WriteAllText(program, Script);
        File.SetUnixFileMode(program, File.GetUnixFileMode("/bin/sh"));
        return
        [
            $"--drives.smartctl-path={program}",
            .. Devices.Select(device => $"--drives.devices={device}"),
        ];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
