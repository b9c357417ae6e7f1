namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Finds the program smartctl.</summary>
internal static class SmartctlProgram
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Debian and most others install it in sbin, which may be missing from PATH.
    private static readonly string[] UsualFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    /// <param name="configured">Path from the settings, or <see langword="null"/> to search for it.</param>
    /// <param name="searchPath">Folders separated by colons, as in PATH.</param>
    /// <returns>Its path, or the problem with its remedy.</returns>
    public static (string? Path, string Problem) Find(string? configured, string searchPath)
    {
        if (configured is not null)
        {
            return !File.Exists(configured) ? (null, $"{configured} does not exist; correct drives.smartctl-path.")
                : !IsExecutable(configured) ?
                    (null, $"{configured} is not executable; correct it or drives.smartctl-path.")
                : (configured, "");
        }
        var found = searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(UsualFolders)
            .Select(folder => Path.Combine(folder, "smartctl"))
            .FirstOrDefault(path => path.StartsWith('/') && File.Exists(path) && IsExecutable(path));
        return (found, found is null
            ? "smartctl is not on PATH; install smartmontools, or set drives.smartctl-path."
            : "");
    }

    private static bool IsExecutable(string path) => OperatingSystem.IsLinux()
        && (File.GetUnixFileMode(path) & Executable) is not UnixFileMode.None;
}
