using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>A process of the node.</summary>
/// <param name="Name">As the kernel keeps it: at most 15 characters.</param>
/// <param name="Words">Its command line.</param>
/// <param name="StartedAt">To a second: the kernel's own boot time has no fractions.</param>
internal sealed record HostProcess(string Name, ImmutableArray<string> Words, DateTimeOffset StartedAt)
{
    /// <summary>The systemd service that it belongs to; <see langword="null"/> in a container, and where that cannot be
    /// read.</summary>
    public string? Unit { get; init; }
}

/// <summary>The processes of the node, as its /proc shows them.</summary>
/// <param name="proc">The node's /proc as a root of its own. Without the node's processes in it (hostPID) there are
/// only our own.</param>
internal sealed class ProcessTable(HostFiles proc)
{
    public const int MaxNameLength = 15;

    private const int MaxBytes = 1 << 17;

    /// <summary>All processes of these names; none where the table cannot be read.</summary>
    /// <param name="names">Longer ones are cut as the kernel cuts them.</param>
    public ImmutableArray<HostProcess> Find(IEnumerable<string> names)
    {
        var wanted = names.Select(name => name.Length > MaxNameLength ? name[..MaxNameLength] : name)
            .ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0 || BootTime() is not { } boot)
            return [];
        return [.. Folders().Select(folder => Process(folder, wanted, boot)).OfType<HostProcess>()];
    }

    private IEnumerable<string> Folders()
    {
        try
        {
            return proc.List("/").Where(
                path => int.TryParse(path[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private HostProcess? Process(string folder, HashSet<string> wanted, DateTimeOffset boot)
    {
        var name = Text($"{folder}/comm", MaxBytes).TrimEnd('\n');
        return wanted.Contains(name) && StartedAfterBoot(Text($"{folder}/stat", MaxBytes)) is { } after
            ? new(name, [.. Text($"{folder}/cmdline", MaxBytes).Split('\0', StringSplitOptions.RemoveEmptyEntries)],
                boot + after)
            {
                Unit = UnitIn(Text($"{folder}/cgroup", MaxBytes)),
            }
            : null;
    }

    // A line is 0::/system.slice/etcd.service.
    private static string? UnitIn(string groups) =>
        groups.Split('\n').Select(line => line[(line.LastIndexOf('/') + 1)..])
            .FirstOrDefault(last => last.EndsWith(".service", StringComparison.Ordinal));

    private static TimeSpan? StartedAfterBoot(string stat)
    {
        try
        {
            return ProcStat.Parse(stat).StartedAfterBoot;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private DateTimeOffset? BootTime()
    {
        try
        {
            return ProcStat.BootTime(Text("/stat", ProcStat.MaxSystemStatLength));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Processes end while we look; what cannot be read is no witness.
    private string Text(string path, int maxBytes)
    {
        try
        {
            return Encoding.UTF8.GetString(proc.Read(path, maxBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
