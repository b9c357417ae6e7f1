using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>Finds running systemd units in /proc.</summary>
/// <param name="proc">The node's /proc. Without hostPID, no unit is found.</param>
internal sealed class RunningUnits(HostFiles proc)
{
    private const int MaxBytes = 1 << 16;

    /// <summary>True if a process called etcd belongs to the unit.</summary>
    /// <remarks>The name alone would also find etcd in any pod; the control group names the unit.</remarks>
    public bool Runs(string unit) =>
        proc.List("/")
            .Where(path => int.TryParse(path[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Any(path => Text($"{path}/comm") == "etcd\n" && BelongsTo(Text($"{path}/cgroup"), unit));

    // A line looks like 0::/system.slice/etcd.service.
    private static bool BelongsTo(string groups, string unit) =>
        groups.Split('\n').Any(line => line.EndsWith($"/{unit}", StringComparison.Ordinal));

    // Processes may end meanwhile; one that cannot be read is skipped.
    private string Text(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(proc.Read(path, MaxBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
