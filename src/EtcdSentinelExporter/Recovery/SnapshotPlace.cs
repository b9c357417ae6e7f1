using System.Globalization;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Where a printed command saves a snapshot on the node: in the end in <see cref="File"/>.</summary>
/// <param name="Inside">Folder that etcd's container sees; <see langword="null"/> without a container.</param>
/// <param name="Bytes">What must be available: a disk that is full ends etcd.</param>
internal sealed record SnapshotPlace(string? Inside, long Bytes)
{
    public const string File = "/root/etcd-before-recovery.db";

    private string[] Folders => Inside is null ? ["/root"] : ["/root", NodeCommands.Quoted(Inside)];

    private string HasRoom => string.Join(" && ", Folders.Select(folder => string.Create(CultureInfo.InvariantCulture,
        $"[ \"$(df --output=avail -B1 {folder} | tail -n 1)\" -ge {Bytes} ]")));

    /// <summary>Shows the room and fails without it.</summary>
    public StepCheck Room => new(
        $"{ReportCell.Size(Bytes)} are available for {string.Join(" and ", Folders)}.",
        $"df -h {string.Join(' ', Folders)} && {HasRoom}");

    /// <summary>The command, which looks for room and for the file itself, too.</summary>
    /// <param name="save">Command of etcdctl that saves to a file.</param>
    public string Command(Func<string, string> save)
    {
        var begin = $"[ ! -e {File} ] && {HasRoom} && ";
        if (Inside is null)
            return begin + save(File);
        var inside = NodeCommands.Quoted($"{Inside}/etcd-before-recovery.db");
        return begin + $"{{ {{ {save(inside)} && mv {inside} {File}; }} || "
            + $"{{ rm -f {inside} {inside}.part; false; }}; }}";
    }
}
