using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary>Runs <c>recover</c> on the node of a member, with short waits, and with a journal and snapshots on another
/// file system than etcd's data.</summary>
internal sealed class RecoverNode(MemberProcess member) : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recover");

    /// <summary>Why tests that write beside etcd's disk cannot run here; <see langword="null"/> if they can.</summary>
    public static string? WhyNot { get; } = Directory.Exists("/dev/shm") && !Path.GetTempPath().StartsWith("/dev/shm", StringComparison.Ordinal)
        && new DriveInfo("/dev/shm").AvailableFreeSpace > 3L << 30
        ? null
        : "needs 3 GB in /dev/shm, so that etcd's data are not on the disk of the snapshot";

    public string Folder => _folder.FullName;

    public string Journal => Path.Combine(Folder, "recover.jsonl");

    public string Snapshot => Path.Combine(Folder, "before.db");

    /// <summary>What the lab needs: Debian's etcd has known faults, and members of other nodes show no room.</summary>
    public static string[] Usual => ["--force=version", "--trust-room"];

    public Action<string> OnLine { get; set; } = _ => { };

    public string Answers { get; set; } = "";

    /// <summary>A busy machine answers late; the waits between steps need not be those of a real cluster.</summary>
    public MaintenanceTimeouts Limits { get; set; } = new()
    {
        Probe = 20 * Second,
        Call = 60 * Second,
        Pause = Second / 5,
        GateMin = Second,
        GateQuiet = Second,
    };

    public RecoveryTimeouts Waits { get; set; } = new()
    {
        Watch = 2 * Second,
        Spread = 60 * Second,
        Pause = Second / 5,
        NewLeader = 60 * Second,
    };

    /// <returns>Exit code, standard output and error.</returns>
    public async Task<(int Code, string Out, string Error)> RunAsync(params string[] words)
    {
        await using var to = new WatchedWriter(line => OnLine(line));
        await using var error = new StringWriter();
        var context = new CommandContext(
            to, error,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ETCDSENTINEL_ETCD_PROCESSES"] = "false" },
            SettingsFile.Read, TimeProvider.System)
        {
            StateFolder = Folder,
            In = new StringReader(Answers),
            AddServices = services => services.AddSingleton(Limits).AddSingleton(Waits),
        };
        var code = await CommandLine.RunAsync(["recover", .. words, $"--path.rootfs={member.Node.Root}"], context);
        return (code, to.ToString(), error.ToString());
    }

    public Task<(int Code, string Out, string Error)> ExecuteAsync(params string[] words) =>
        RunAsync(["nospace", "--execute", "--yes", .. Usual, .. words]);

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class WatchedWriter(Action<string> onLine) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            onLine(value ?? "");
        }
    }
}
