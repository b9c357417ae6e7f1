namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Writes the files of smart-agent.</summary>
internal static class AgentFileWriter
{
    // Anyone may read the files: they hold no secrets. Only the agent may write them.
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Listable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Modes are set separately, because the umask limits the mode at creation.
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } parent)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        SetMode(folder, Listable);
    }

    // Renamed into place, so that a reader sees either the old file or the new one. Not flushed to the disk: after a
    // crash the reader reports a truncated file, and the next poll replaces it.
    public static void Write(string path, byte[] bytes)
    {
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}");
        try
        {
            File.Delete(partial);
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
                file.Write(bytes);
            SetMode(partial, Readable);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            // A partial file on a full disk would take the space of the others.
            File.Delete(partial);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(path, mode);
    }
}
