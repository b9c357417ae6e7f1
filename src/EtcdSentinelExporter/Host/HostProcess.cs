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

    // Its line of interrupts grows with the machine.
    private const int MaxSystemStatLength = 1 << 20;

    // USER_HZ: the kernel shows times in hundredths of a second on every architecture that .NET runs on.
    private const int ClockTicksPerSecond = 100;

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

    // A line is «0::/system.slice/etcd.service».
    private static string? UnitIn(string groups) =>
        groups.Split('\n').Select(line => line[(line.LastIndexOf('/') + 1)..])
            .FirstOrDefault(last => last.EndsWith(".service", StringComparison.Ordinal));

    // Field 22 of proc_pid_stat(5). Field 2 is the name in brackets, which may hold spaces and brackets of its own.
    private static TimeSpan? StartedAfterBoot(string stat) =>
        stat[(stat.LastIndexOf(')') + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 20 } fields
        && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks < long.MaxValue / TimeSpan.TicksPerSecond
            ? TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / ClockTicksPerSecond))
            : null;

    private DateTimeOffset? BootTime() =>
        Text("/stat", MaxSystemStatLength).Split('\n')
            .FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan("btime ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds < int.MaxValue
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

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
