using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>Finds processes of the node in its /proc.</summary>
/// <param name="proc">The node's /proc. Without hostPID it has only the processes of this container.</param>
internal sealed class ProcessTable(HostFiles proc)
{
    public const int MaxNameLength = 15;

    private const int MaxBytes = 1 << 17;

    // A node with a thousand containers has ten thousand mounts.
    private const int MaxMountBytes = 1 << 22;

    /// <summary>The name of a program's process: cut as by the kernel.</summary>
    public static string NameOf(string program) =>
        program.Length > MaxNameLength ? program[..MaxNameLength] : program;

    /// <summary>Returns all processes with these names; empty if /proc cannot be read.</summary>
    /// <param name="names">Process names; longer ones are cut as by the kernel.</param>
    public ImmutableArray<HostProcess> Find(IEnumerable<string> names)
    {
        var wanted = names.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0 || BootTime() is not { } boot)
            return [];
        return [.. Named(wanted).Select(id => Process($"/{id}", wanted, boot)).OfType<HostProcess>()];
    }

    /// <summary>True if the process still runs, and its ID is not that of a later process.</summary>
    public bool IsRunning(HostProcess process) =>
        BootTime() is { } boot && ProcStat.Parse(Text($"/{process.Id}/stat", MaxBytes)) is { } stat
        && boot + stat.StartedAfterBoot == process.StartedAt;

    /// <summary>The variables that the process was started with; <see langword="null"/> without permission, which needs
    /// CAP_SYS_PTRACE for a process with more capabilities than this one.</summary>
    public ImmutableDictionary<string, string>? Environment(HostProcess process) =>
        TryText($"/{process.Id}/environ", MaxBytes)?.Split('\0').Select(variable => variable.Split('=', 2))
            .Where(parts => parts.Length == 2).DistinctBy(parts => parts[0], StringComparer.Ordinal)
            .ToImmutableDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    /// <summary>Text of <c>/proc/PID/mountinfo</c>; empty without permission.</summary>
    public string Mounts(int process) => Text($"/{process}/mountinfo", MaxMountBytes);

    /// <summary>The network namespace, such as <c>net:[4026531840]</c>; <see langword="null"/> without permission,
    /// which needs CAP_SYS_PTRACE.</summary>
    public string? NetworkOf(int process) => proc.LinkTarget($"/{process}/ns/net");

    private IEnumerable<int> Named(HashSet<string> wanted)
    {
        try
        {
            return ProcessNames.Find(proc.RealPath("/"), wanted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private HostProcess? Process(string folder, HashSet<string> wanted, DateTimeOffset boot)
    {
        var name = Text($"{folder}/comm", MaxBytes).TrimEnd('\n');
        if (!wanted.Contains(name) || ProcStat.Parse(Text($"{folder}/stat", MaxBytes)) is not { } stat)
            return null;
        var groups = Text($"{folder}/cgroup", MaxBytes);
        return new(
            name, [.. Text($"{folder}/cmdline", MaxBytes).Split('\0', StringSplitOptions.RemoveEmptyEntries)],
            boot + stat.StartedAfterBoot)
        {
            Id = int.Parse(folder[1..], CultureInfo.InvariantCulture),
            Groups = groups,
            Unit = UnitOf(groups),
        };
    }

    // A line looks like 0::/system.slice/etcd.service.
    private static string? UnitOf(string groups) =>
        groups.Split('\n')
            // Any user can start a service below it.
            .Where(line => !line.Contains("/user.slice/", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf('/') + 1)..])
            .FirstOrDefault(last => last.EndsWith(".service", StringComparison.Ordinal));

    private DateTimeOffset? BootTime() => ProcStat.BootTime(Text("/stat", ProcStat.MaxSystemStatLength));

    // A process may end while it is read; it is then skipped.
    private string Text(string path, int maxBytes) => TryText(path, maxBytes) ?? "";

    private string? TryText(string path, int maxBytes)
    {
        try
        {
            return Encoding.UTF8.GetString(proc.Read(path, maxBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
