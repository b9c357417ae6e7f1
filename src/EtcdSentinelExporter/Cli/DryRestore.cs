using System.ComponentModel;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Cli;

/// <summary>Restores a snapshot with etcdutl into a folder, and removes the result: proof that it can be
/// restored.</summary>
/// <param name="whyNotOn">Returns why a folder may not be written to: it is on a disk that carries etcd, or that is not
/// known; <see langword="null"/> if it may.</param>
/// <param name="searchPath">Folders separated by colons, as in PATH.</param>
internal sealed class DryRestore(
    Func<string, CancellationToken, Task<string?>> whyNotOn, string searchPath, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <param name="folder">A folder that does not exist.</param>
    /// <param name="bytes">Length of the content.</param>
    /// <param name="isVerifiable">False for a copy of a database, which has no hash.</param>
    /// <returns>Null if it was restored and removed; else why not: a sentence.</returns>
    public async Task<string?> RunAsync(
        string snapshot, string folder, long bytes, bool isVerifiable, CancellationToken stopping)
    {
        if (await WhyNotAsync(folder, bytes, stopping) is { } reason)
            return reason;
        var program = searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.Combine(path, "etcdutl")).FirstOrDefault(File.Exists);
        if (program is null)
            return "etcdutl is not on PATH; it comes with etcd 3.5 and later.";
        try
        {
            var ran = await new ProcessRunner(clock).RunAsync(
                program,
                [
                    "snapshot", "restore", snapshot, $"--data-dir={folder}",
                    .. isVerifiable ? Array.Empty<string>() : ["--skip-hash-check=true"],
                ],
                Limit, stopping);
            return ran is { End: ProcessEnd.Exited, ExitCode: 0 } && File.Exists($"{folder}/member/snap/db") ? null
                : $"etcdutl failed ({ran.End}, {ran.ExitCode}): {ran.Errors}";
        }
        catch (Win32Exception e)
        {
            return $"etcdutl cannot be started: {e.Message}.";
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string?> WhyNotAsync(string folder, long bytes, CancellationToken stopping)
    {
        if (Path.Exists(folder))
            return $"{folder} exists; name a folder that does not.";
        if (Path.GetDirectoryName(folder) is not { } parent || !Directory.Exists(parent))
            return $"The folder of {folder} does not exist.";
        if (FileSystemSpace.Read(parent) is not { } space || space.AvailableBytes < bytes * 1.2)
            return $"{parent} has no room for {ReportCell.Size(bytes)}.";
        return await whyNotOn(parent, stopping);
    }
}
