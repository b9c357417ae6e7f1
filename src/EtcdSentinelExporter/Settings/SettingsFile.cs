using System.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Reads the YAML file of settings from disk.</summary>
internal static class SettingsFile
{
    public const int MaxBytes = 1024 * 1024;

    /// <exception cref="FormatException">Missing, unreadable, too large or not UTF-8. The message says which, and does
    /// not contain the path.</exception>
    public static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            // Read up to the limit instead of checking the length first: devices and pipes have none.
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                throw new FormatException("the file is larger than 1 MiB; name a file of settings.");
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatException("no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FormatException("cannot read the file: permission denied, or it is a folder.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            var reason = e is DecoderFallbackException ? "not UTF-8 text." : $"cannot read the file: {e.Message}";
            throw new FormatException(reason, e);
        }
    }
}
