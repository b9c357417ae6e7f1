using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>A process of the node.</summary>
/// <param name="Name">Name from the kernel: at most 15 characters.</param>
/// <param name="Words">Words of its command line.</param>
/// <param name="StartedAt">Start time, precise to a second, as is the kernel's boot time.</param>
internal sealed record HostProcess(string Name, ImmutableArray<string> Words, DateTimeOffset StartedAt)
{
    /// <summary>Its systemd service; <see langword="null"/> in a container, in a user's session, and if it cannot be
    /// read.</summary>
    public string? Unit { get; init; }
}

/// <summary>Finds processes of the node in its /proc.</summary>
/// <param name="proc">The node's /proc. Without hostPID it has only the processes of this container.</param>
internal sealed class ProcessTable(HostFiles proc)
{
    public const int MaxNameLength = 15;

    private const int MaxBytes = 1 << 17;

    /// <summary>The name of a program's process: cut as by the kernel.</summary>
    public static string NameOf(string program) =>
        program.Length > MaxNameLength ? program[..MaxNameLength] : program;

    /// <summary>Returns all processes with these names; empty if /proc cannot be read.</summary>
    /// <param name="names">Process names; longer ones are cut as by the kernel.</param>
    public ImmutableArray<HostProcess> Find(IEnumerable<string> names)
    {
        var wanted = names.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0 || ProcStat.BootTime(Text("/stat", ProcStat.MaxSystemStatLength)) is not { } boot)
            return [];
        return [.. Folders().Select(folder => Process(folder, wanted, boot)).OfType<HostProcess>()];
    }

    /// <summary>True if a process of this name belongs to the systemd unit.</summary>
    /// <remarks>The name alone would also find etcd in any pod; the control group names the unit.</remarks>
    /// <exception cref="IOException">/proc cannot be listed.</exception>
    public bool IsRunning(string name, string unit) => All().Any(folder =>
        Text($"{folder}/comm", MaxBytes).TrimEnd('\n') == name
        && UnitsIn(folder).Contains(unit, StringComparer.Ordinal));

    private IEnumerable<string> All() => proc.List("/").Where(
        path => int.TryParse(path[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private IEnumerable<string> Folders()
    {
        try
        {
            return All();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private HostProcess? Process(string folder, HashSet<string> wanted, DateTimeOffset boot)
    {
        var name = Text($"{folder}/comm", MaxBytes).TrimEnd('\n');
        return wanted.Contains(name) && ProcStat.Parse(Text($"{folder}/stat", MaxBytes)) is { } stat
            ? new(name, [.. Text($"{folder}/cmdline", MaxBytes).Split('\0', StringSplitOptions.RemoveEmptyEntries)],
                boot + stat.StartedAfterBoot)
            {
                Unit = UnitsIn(folder).FirstOrDefault(last => last.EndsWith(".service", StringComparison.Ordinal)),
            }
            : null;
    }

    // A line looks like 0::/system.slice/etcd.service.
    private IEnumerable<string> UnitsIn(string folder) =>
        Text($"{folder}/cgroup", MaxBytes).Split('\n')
            // Any user can start a service below it.
            .Where(line => !line.Contains("/user.slice/", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf('/') + 1)..]);

    // A process may end while it is read; it is then skipped.
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
