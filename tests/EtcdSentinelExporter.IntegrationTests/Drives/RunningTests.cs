using System.Text.RegularExpressions;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>The real program, with a sysfs of our own and stand-ins for smartctl.</summary>
public sealed partial class RunningTests : IDisposable
{
    private const string State = "etcd_sentinel_disk_read_state";
    private const string ByDrive = """for last; do :; done; name=$(basename "$last"); """;

    private const UnixFileMode Everybodys = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("drives");

    public RunningTests()
    {
        foreach (var name in new[] { "sda", "sdb" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.FullName, "sys/block", name, "device"));
            File.WriteAllText(Path.Combine(_folder.FullName, "sys/block", name, "serial"), "K-" + name);
        }
    }

    [Fact]
    public async Task While_one_drive_hangs_the_other_is_read()
    {
        using var standIn = new StandIn(ByDrive + """[ "$name" = sdb ] || exec sleep 1000; sed "s/LABATA0001/$name/" "$RECORDING" """);
        await using var sentinel = await StartAsync(standIn, "--drives.timeout=10s");

        await sentinel.WaitAsync(page => page.Value(State, "sdb", "ok") is 1, "sdb is read");
        var page = await sentinel.WaitAsync(page => page.Value(State, "sda", "timeout") is 1, "sda is given up");

        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "drives"));
    }

    [Fact]
    public async Task A_scrape_does_not_wait_for_a_drive_that_hangs()
    {
        using var standIn = new StandIn("exec sleep 1000");
        // A scrape that waited for the drive would be given up first.
        await using var sentinel = await StartAsync(standIn, "--drives.timeout=10m");
        await Wait.UntilAsync(() => Task.FromResult(standIn.AnyRuns()), "a drive is asked");

        await sentinel.ScrapeAsync();

        Assert.True(standIn.AnyRuns());
    }

    [Fact]
    public async Task Another_drive_under_the_same_name_is_noticed_and_keeps_the_kernels_label()
    {
        using var standIn = new StandIn(ByDrive + """sed "s/LABATA0001/one-$name/" "$RECORDING" """);
        await using var sentinel = await StartAsync(standIn);
        await sentinel.WaitAsync(page => page.Has("etcd_sentinel_disk_info", "one-sda"), "sda is known");

        standIn.Write(ByDrive + """sed "s/LABATA0001/two-$name/" "$RECORDING" """);

        var page = await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_disk_identity_changes_total", "sda") is 1, "the change is counted");
        Assert.True(page.Has("etcd_sentinel_disk_info", "sda", "K-sda", "two-sda"));
    }

    [Fact]
    public async Task The_agent_asks_and_the_exporter_shows_what_it_wrote()
    {
        using var standIn = new StandIn(ByDrive + """sed "s/LABATA0001/$name/" "$RECORDING" """);
        var files = Path.Combine(_folder.FullName, "run/agent");
        using var agent = CleanProcess.Start(Path.Combine(_folder.FullName, "agent.log"), "/bin/sh",
            ["-c", "umask 077; exec \"$0\" \"$@\"", Sentinel.Patient, "smart-agent", .. Settings(standIn),
                $"--drives.folder={files}"]);
        await Wait.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(files, "sda.json"))), "the agent writes");
        await using var sentinel = await Sentinel.StartAsync(_folder.FullName, $"--path.rootfs={_folder.FullName}",
            $"--path.sysfs={_folder.FullName}/sys", "--drives.source=folder", $"--drives.folder={files}",
            "--drives.every=1s", "--drives.timeout=1s");

        var page = await sentinel.WaitAsync(
            page => page.Value(State, "sda", "ok") is 1 && page.Value(State, "sdb", "ok") is 1, "both are shown");
        await CleanProcess.SignalAsync(agent, "TERM");
        await Wait.UntilAsync(() => Task.FromResult(agent.HasExited), "the agent has stopped");
        foreach (var file in Directory.GetFiles(files, "*.json"))
            await File.WriteAllTextAsync(file, Dates().Replace(await File.ReadAllTextAsync(file), "$1: 1e9"));
        var later = await sentinel.WaitAsync(page => page.Value(State, "sda", "stale") is 1, "its files grow old");

        Assert.Equal(31, page.Value("etcd_sentinel_disk_temperature_celsius", "sda"));
        Assert.Equal(0, agent.ExitCode);
        Assert.All([files, Path.GetDirectoryName(files)!],
            folder => Assert.Equal(Everybodys, File.GetUnixFileMode(folder)));
        Assert.False(later.Has("etcd_sentinel_disk_temperature_celsius"));
        Assert.Equal(2, later.Value("etcd_sentinel_disk_folder_files_unusable", "old"));
    }

    [Fact]
    public async Task Without_a_folder_the_agent_does_not_start()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => CleanProcess.RunAsync(Sentinel.Program, ["smart-agent"]));

        Assert.Contains("ended with 64", e.Message, StringComparison.Ordinal);
        Assert.Contains("drives.folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_seen_is_told_from_one_that_is_not_there()
    {
        Skip.If(Machine.OtherUser);
        var hidden = Directory.CreateDirectory(Path.Combine(_folder.FullName, "hidden/agent"));
        File.SetUnixFileMode(_folder.FullName, Everybodys);
        File.SetUnixFileMode(
            hidden.Parent!.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var log = Path.Combine(_folder.FullName, "other.log");
        using var exporter = CleanProcess.Start(log, "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Sentinel.Patient, "--web.listen-address=127.0.0.1:0",
                $"--path.rootfs={_folder.FullName}", $"--path.sysfs={_folder.FullName}/sys",
                "--drives.source=folder", $"--drives.folder={hidden.FullName}"]);
        try
        {
            await Wait.UntilLoggedAsync(log, $"Cannot read {hidden.FullName}");
        }
        finally
        {
            exporter.Kill();
        }
    }

    [Fact]
    public async Task The_machines_own_disks_and_a_loop_device_say_what_they_are()
    {
        var missing = new[] { "/usr/sbin/smartctl", "/dev/loop0", "/dev/vda" }.Where(file => !CanRead(file)).ToArray();
        Skip.If(missing.Length > 0 ? $"Needs to read {string.Join(" and ", missing)}." : null);
        await using var sentinel = await Sentinel.StartAsync(_folder.FullName, $"--path.rootfs={_folder.FullName}",
            "--drives.every=1s", "--drives.devices=/dev/loop0;sat");

        var page = await sentinel.WaitAsync(
            page => page.Value(State, "vda", "waiting") is 0
                && page.Value(State, "loop0_sat", "waiting") is 0, "both were asked");

        Assert.Equal(1, page.Value(State, "vda", "unsupported"));
        Assert.Equal(1, page.Value(State, "loop0_sat", "open"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [GeneratedRegex("(\"(?:written_at|last_success)\"):[0-9.]+", RegexOptions.None, matchTimeoutMilliseconds: 100_000)]
    private static partial Regex Dates();

    private static bool CanRead(string file)
    {
        try
        {
            File.OpenHandle(file).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private Task<Sentinel> StartAsync(StandIn standIn, params string[] settings) =>
        Sentinel.StartAsync(_folder.FullName, [$"--path.rootfs={_folder.FullName}", .. Settings(standIn), .. settings]);

    private string[] Settings(StandIn standIn) =>
        [$"--path.sysfs={_folder.FullName}/sys", $"--drives.smartctl-path={standIn.Path}", "--drives.every=1s"];
}
