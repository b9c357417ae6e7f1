using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>A process that waits inside the kernel, where SIGKILL does not reach it: it writes to a frozen
/// file system.</summary>
public sealed class FrozenDiskTests
{
    private static readonly Drive Sda = new(
        "sda", "", "/dev/sda", Type: null, new BlockDevice("sda", "", "", IsRotational: false, Requests: 1));

    private static readonly SmartQuestion Question = new(WithLogs: false, SkipsStandby: false, WasBusy: null);

    [Fact]
    public async Task Whoever_waits_inside_the_kernel_is_in_quarantine_until_it_is_gone()
    {
        Skip.If(Machine.FileSystem("ext4")
            ?? Machine.OnFileSystem("fsfreeze", "ext4", "fsfreeze -f mount; fsfreeze -u mount"));
        using var standIn = new StandIn("exit 2");
        var mount = Path.Combine(standIn.Folder, "mount");
        await ShellAsync(
            $"cd '{standIn.Folder}' && mkdir mount && truncate -s 16M image && mkfs.ext4 -q image && "
            + "mount -o loop image mount");
        try
        {
            standIn.Write($"echo x >'{mount}/file'; cat \"$RECORDING\"");
            await ShellAsync($"fsfreeze -f '{mount}'");
            var clock = new FakeClock();
            var smartctl = new Smartctl(
                () => (standIn.Path, ""), TimeSpan.FromSeconds(1), new ProcessRunner(clock), clock);

            var asking = AskAsync(smartctl);
            await Wait.UntilAsync(() => Task.FromResult(standIn.IsInKernel()), "it waits inside the kernel");
            await Wait.UntilAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return Task.FromResult(asking.IsCompleted);
                },
                "it is given up");
            var frozen = await asking;
            var still = await AskAsync(smartctl);
            await ShellAsync($"fsfreeze -u '{mount}'");
            await Wait.UntilAsync(() => Task.FromResult(!standIn.AnyRuns()), "it is gone");
            await Wait.UntilAsync(
                async () => (await AskAsync(smartctl)).State is ReadState.Ok, "the drive can be asked again");

            Assert.Equal((ReadState.Hung, true), (frozen.State, frozen.IsAttempt));
            Assert.Equal((ReadState.Hung, false), (still.State, still.IsAttempt));
        }
        finally
        {
            await ShellAsync($"fsfreeze -u '{mount}' 2>/dev/null; umount '{mount}'");
        }
    }

    private static Task<SmartAnswer> AskAsync(Smartctl smartctl) =>
        smartctl.AskAsync(Sda, Question, CancellationToken.None);

    private static Task<string> ShellAsync(string command) =>
        CleanProcess.RunAsync("/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin; " + command]);
}
