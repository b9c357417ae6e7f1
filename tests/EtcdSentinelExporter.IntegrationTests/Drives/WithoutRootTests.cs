using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>The real smartctl on a real device node, as a user who may not open it.</summary>
public sealed class WithoutRootTests
{
    private const string Device = "/dev/loop0";

    private static readonly Drive Loop = new("loop0_sat", "", Device, "sat", Disk: null);

    private static string? Missing =>
        new[] { "/usr/sbin/smartctl", Device }.Where(file => !File.Exists(file)).ToArray() is { Length: > 0 } missing
            ? $"Needs {string.Join(" and ", missing)}."
            : null;

    [Fact]
    public async Task A_device_that_may_not_be_opened_is_a_matter_of_permission()
    {
        Skip.If(Machine.OtherUser ?? Missing);
        using var standIn = new StandIn("exec setpriv --reuid=65534 --regid=65534 --clear-groups smartctl \"$@\"");
        var smartctl = new Smartctl(
            () => (standIn.Path, ""), Patience.Limit, new ProcessRunner(TimeProvider.System),
            TimeProvider.System);

        var answer = await smartctl.AskAsync(
            Loop, new(WithLogs: false, SkipsStandby: false, WasBusy: null), CancellationToken.None);

        Assert.Equal((ReadState.Permission, 2), (answer.State, answer.ExitStatus));
        Assert.Contains("Permission denied", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exporter_itself_runs_and_says_what_it_may_not_do()
    {
        Skip.If(Machine.OtherUser ?? Missing);
        var folder = Directory.CreateTempSubdirectory("norights").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "sys/block"));
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder, File.GetUnixFileMode("/usr"));
        try
        {
            await using var sentinel = await Sentinel.StartWithoutRightsAsync(folder, $"--path.rootfs={folder}",
                $"--path.sysfs={folder}/sys", $"--drives.devices={Loop.Path};sat", "--drives.every=1s");

            var page = await sentinel.WaitAsync(
                page => page.Value("etcd_sentinel_disk_read_state", "loop0_sat", "permission") is 1, "it has tried");

            Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "drives"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
