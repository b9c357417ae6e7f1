using System.Diagnostics;

namespace EtcdSentinelExporter.Lab;

/// <summary>One process of tests or of the lab: its temporary folder, and what clears up behind it, also when it is
/// killed.</summary>
internal static class TestRun
{
    /// <summary>The variable by which every process that a test starts is known: it says whose it is.</summary>
    public const string Marker = "ETCD_SENTINEL_STARTED_BY";

    // The address of a Unix socket has 108 bytes, and tests lay theirs into folders of their own.
    private const int LongestFolder = 50;

    // Detached, so that whoever kills the tests with all they started leaves it. cat ends with the tests, however
    // they do. The kernel names mounts without links, and with some letters as \040. What could not be taken away may
    // show a folder of somebody else: then all files stay.
    private const string Undertaker = """
        exec >/dev/null 2>&1
        trap '' HUP INT QUIT TERM
        folder=$(readlink -f "$2") memory=$3
        [ -n "$folder" ] || exit
        cd / && cat
        started() { grep -lzxF "$1" /proc/[0-9]*/environ | tr -dc '0-9\n'; }
        for try in 1 2 3 4 5 6 7 8 9 10; do
          pids=$(started "$1") && [ -n "$pids" ] || break
          kill -KILL $pids
          sleep 0.2
        done
        mounts() {
          cut -d ' ' -f 5 /proc/self/mountinfo | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g' | while IFS= read -r where; do
            where=$(printf %b "$where")
            case $where in "$folder"/* | "$memory"*) printf '%s\n' "$where" ;; esac
          done
        }
        mounts | while IFS= read -r where; do umount -l "$where"; done
        for disk in /sys/block/loop*; do
          case $(cat "$disk/loop/backing_file") in "$folder"/* | "$memory"*) losetup -d "/dev/${disk##*/}" ;; esac
        done
        [ -n "$(mounts)" ] || rm -rf --one-file-system "$2" "$3"*
        """;

    /// <summary>Names this run alone. <c>ETCD_SENTINEL_RUN</c> gives it a beginning, by which <c>scripts/test</c> finds
    /// what is left.</summary>
    public static string Id { get; } =
        (Environment.GetEnvironmentVariable("ETCD_SENTINEL_RUN") ?? "etcd-sentinel") + $"-{Guid.NewGuid():N}"[..9];

    /// <summary>Folder of all temporary files.</summary>
    public static string Folder { get; private set; } = Path.Combine(
        Path.GetFullPath(Path.GetTempPath()) is { Length: <= LongestFolder } folder ? folder : "/tmp", Id);

    /// <summary>Exists until all is removed, where the folder is kept.</summary>
    public static string KeptMark => Path.Combine(Folder, "running");

    /// <summary>Prefix of all paths in memory.</summary>
    public static string InMemory { get; } = Path.Combine("/dev/shm", Id);

    /// <summary>Creates the folder.</summary>
    /// <param name="place">Parent of the folder; <see langword="null"/> for that of the system.</param>
    /// <param name="keeps">True to keep the folder when this process ends.</param>
    /// <returns>When it is disposed, and when this process ends, everything is removed. Keep it: a pipe that is
    /// collected is closed.</returns>
    public static StreamWriter? Begin(string? place = null, bool keeps = false)
    {
        Folder = place is null ? Folder : Path.Combine(place, Id);
        Directory.CreateDirectory(Folder);
        Environment.SetEnvironmentVariable("TMPDIR", Folder);
        if (!OperatingSystem.IsLinux())
            return null;
        // Some tests start programs as nobody, whatever the umask.
        File.SetUnixFileMode(Folder, File.GetUnixFileMode("/usr"));
        return Bury(Id, keeps ? Directory.CreateDirectory(KeptMark).FullName : Folder, InMemory);
    }

    /// <summary>Waits for the end of what is returned, or of this process. Then it kills those who are marked with the
    /// id, and removes mounts, loop devices and files below a folder and of a prefix.</summary>
    internal static StreamWriter Bury(string id, string folder, string prefix)
    {
        var start = new ProcessStartInfo(
            "setsid", ["-f", "sh", "-c", Undertaker, "sh", $"{Marker}={id}", folder, prefix])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start");
        return process.StandardInput;
    }
}
