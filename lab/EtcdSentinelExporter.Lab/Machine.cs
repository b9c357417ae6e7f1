using System.Collections.Concurrent;
using System.Diagnostics;

namespace EtcdSentinelExporter.Lab;

/// <summary>Capabilities of this machine. Each property is the reason to skip a test, or null.</summary>
/// <remarks>Each is tried once for real: a container may have the device file but not the permission.</remarks>
internal static class Machine
{
    private static readonly string[] s_unshare = ["unshare", "-m", "--propagation", "private"];

    private static readonly ConcurrentDictionary<string, Lazy<string?>> s_tried = new(StringComparer.Ordinal);

    /// <summary>Mounts in a new namespace, as for <see cref="Sentinel.StartWithMountsAsync(string, string,
    /// string[])"/>.</summary>
    public static string? PrivateMounts => Try("private mounts", "mount -t tmpfs tmpfs .", s_unshare);

    /// <summary>Mounts in the namespace of the tests.</summary>
    public static string? Mounts => Try("mounts", """
        mount -t tmpfs tmpfs .
        umount "$0"
        """);

    public static string? LoopDevice => Try("a loop device", """
        truncate -s 1M image
        losetup -d "$(losetup --find --show image)"
        """);

    /// <summary>An overlay whose upper folder is in memory.</summary>
    public static string? Overlay => PrivateMounts ?? Try("an overlay", """
        mkdir lower memory merged
        mount -t tmpfs tmpfs memory
        mkdir memory/upper memory/work
        mount -t overlay -o lowerdir=lower,upperdir=memory/upper,workdir=memory/work overlay merged
        """, s_unshare);

    /// <summary>A FUSE file system without a server.</summary>
    public static string? Fuse => Try("FUSE", """
        exec 3<>/dev/fuse
        mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent .
        exec 3>&-
        cd /
        umount "$0"
        """);

    /// <summary>The built exporter as user 65534.</summary>
    public static string? OtherUser => Try("the exporter as another user", $"""
        setpriv --reuid=65534 --regid=65534 --clear-groups '{Sentinel.Program}' --version
        """);

    /// <summary>A file system on a loop device.</summary>
    public static string? FileSystem(string type) => LoopDevice ?? OnFileSystem(type, type, "true");

    /// <summary>A file system on a loop device, and a command on it.</summary>
    /// <param name="what">Name in the reason.</param>
    /// <param name="command">Uses the folder <c>mount</c>.</param>
    public static string? OnFileSystem(string what, string type, string command) => Try($"{what} on a loop device", $"""
        truncate -s 320M image
        mkfs.{type} -q image
        mkdir mount
        mount -o loop image mount
        trap 'umount mount' EXIT
        {command}
        """);

    private static string? Try(string what, string script, params string[] prefix) => Environment.IsPrivilegedProcess
        ? s_tried.GetOrAdd(what, _ => new(() => Failure(what, script, prefix))).Value
        : "Needs root.";

    // The folder stays until the end of the run, which also removes mounts left by a failure.
    private static string? Failure(string what, string script, string[] prefix)
    {
        var folder = Directory.CreateTempSubdirectory("try-").FullName;
        var start = CleanProcess.Clean("timeout",
            ["60", .. prefix, "/bin/sh", "-e", "-c",
                $"exec >/dev/null; PATH=$PATH:/usr/sbin:/sbin; cd \"$0\"\n{script}", folder]);
        start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("timeout did not start");
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"Needs {what}: {Reason(errors, folder, process.ExitCode)}.";
    }

    // Removes the folder from the text, so that the reason is the same in each run.
    private static string Reason(string errors, string folder, int exitCode) =>
        errors.Replace(folder + "/", "", StringComparison.Ordinal).Replace(folder, ".", StringComparison.Ordinal)
            .Split('\n')[0].TrimEnd('.') is { Length: > 0 } line
            ? line
            : $"exit code {exitCode}";
}
