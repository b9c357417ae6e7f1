using System.Globalization;
using System.Text.Json;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Check;

/// <summary>The command <c>check</c> where docs/check.md says that it runs.</summary>
public sealed class CheckPlacesTests : IDisposable
{
    private static readonly string[] Rights =
    [
        "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search", "--bounding-set=-all,+dac_read_search",
    ];

    private readonly CheckFolder _folder = new();

    // The node's root is mounted in that namespace alone, and so is its /run.
    [Fact]
    public async Task In_the_mount_namespace_of_another_process_it_sees_that_ones_files()
    {
        Skip.If(Machine.PrivateMounts);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var log = Path.Combine(_folder.Path, "host.log");
        using var host = CleanProcess.Start(log, "unshare",
        [
            "-m", "--propagation", "private", "/bin/sh", "-c",
            $"mount -t tmpfs tmpfs /run && mount --rbind '{cluster.Members[0].Node.Root}' /mnt && echo ready && exec sleep 600",
        ]);
        await Wait.UntilAsync(
            async () => (await File.ReadAllTextAsync(log)).Contains("ready", StringComparison.Ordinal), "it is mounted");
        string[] enter = ["-t", host.Id.ToString(CultureInfo.InvariantCulture), "-m", "--"];

        var (code, output) = await CleanProcess.TryRunAsync("nsenter", [.. enter, Sentinel.Program, .. Options("/mnt")]);
        var notes = await CleanProcess.RunAsync("nsenter", [.. enter, "ls", "/run/etcd-sentinel-check"]);
        var (outside, _) = await CleanProcess.TryRunAsync("env",
            [$"RUNTIME_DIRECTORY={_folder.Path}", Sentinel.Program, .. Options("/mnt")]);
        host.Kill();

        Assert.Equal((0, "ok"), (code, StatusOf(output)));
        Assert.Equal("check.json\n", notes);
        Assert.Equal(3, outside);
    }

    // As a unit of systemd starts it: no HOME, no TERM, a short PATH, the folder /, and the rights of deploy/systemd.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unit_of_systemd_needs_no_environment(bool isOtherUser)
    {
        Skip.If(Machine.OtherUser);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);

        var (code, output) = await CleanProcess.TryRunAsync("env",
        [
            "-i", "-C", "/", "PATH=/usr/bin", $"DOTNET_ROOT={DotnetRoot}", $"RUNTIME_DIRECTORY={_folder.Path}",
            "setpriv", .. isOtherUser ? Rights : [], Sentinel.Program,
            .. Options(cluster.Members[0].Node.Root),
        ]);

        Assert.Equal((0, "ok"), (code, StatusOf(output)));
        Assert.Equal(["check.json"], Directory.GetFiles(Path.Combine(_folder.Path, "etcd-sentinel-check"))
            .Select(Path.GetFileName));
    }

    public void Dispose() => _folder.Dispose();

    // The tests' own build needs the .NET of this machine; the released file does not.
    private static string DotnetRoot => CleanProcess.Clean("env", []).Environment["DOTNET_ROOT"]!;

    private static string[] Options(string root) =>
    [
        "check", "--only=members", "--window=1s", "--output=json", "--etcd.processes=false", $"--path.rootfs={root}",
        CheckProgram.NoExporter,
    ];

    private static string? StatusOf(string output)
    {
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("status").GetString();
    }
}
