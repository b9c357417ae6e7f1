namespace EtcdSentinelExporter.Cli;

/// <summary>Opens the file of the notes, which locks it for other runs.</summary>
internal static class CheckNotesFile
{
    // EWOULDBLOCK of Linux: the lock is held.
    private const int WouldBlock = 11;

    /// <param name="folder">Folder of the file; <see langword="null"/> for none.</param>
    /// <returns>No file where none is possible, and where another run has it.</returns>
    public static (FileStream? File, bool IsTaken) Open(string? folder)
    {
        if (folder is null || !TryCreate(folder))
            return (null, false);
        try
        {
            var path = Path.Combine(folder, "check.json");
            return (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), false);
        }
        catch (IOException e) when (e.HResult is WouldBlock)
        {
            return (null, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, false);
        }
    }

    private static bool TryCreate(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
