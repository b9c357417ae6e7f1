namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Where smartctl is.</summary>
internal static class SmartctlProgram
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Debian and most others keep it in sbin, which is not on everybody's PATH.
    private static readonly string[] UsualFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    /// <param name="given">From the settings, or <see langword="null"/> to look on the search path.</param>
    /// <param name="searchPath">As in PATH.</param>
    /// <returns>Its path, or why there is none and what to do.</returns>
    public static (string? Path, string Problem) Find(string? given, string searchPath)
    {
        if (given is not null)
        {
            return !File.Exists(given) ? (null, $"{given} does not exist; correct drives.smartctl-path.")
                : !IsExecutable(given) ? (null, $"{given} is not executable; correct it or drives.smartctl-path.")
                : (given, "");
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
