using System.Diagnostics;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A mounted file system that answers nothing: FUSE, with nobody behind it. Whoever looks at it waits, as with
/// a disk or a server that hangs.</summary>
internal sealed class SilentFileSystem : IAsyncDisposable
{
    private const string Script = """
        exec 3<>/dev/fuse
        mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent "$0" && exec sleep 600
        """;

    private readonly string _folder;
    private readonly Process _process;

    private SilentFileSystem(string folder, Process process) => (_folder, _process) = (folder, process);

    public static async Task<SilentFileSystem> MountAsync(string folder, string log)
    {
        Directory.CreateDirectory(folder);
        var silent = new SilentFileSystem(folder, CleanProcess.Start(log, "/bin/sh", ["-c", Script, folder]));
        await Wait.UntilAsync(
            async () => (await File.ReadAllTextAsync("/proc/self/mountinfo"))
                .Contains($" {folder.Replace(" ", @"\040", StringComparison.Ordinal)} ", StringComparison.Ordinal),
                    "it is mounted");
        return silent;
    }

    /// <summary>Everybody who waits goes on; the folder is an empty one again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process.HasExited)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        // Lazily: until those who waited have gone on, the folder is busy.
        await CleanProcess.RunAsync("/usr/bin/umount", ["-l", _folder]);
    }
}
