using System.Text;

namespace EtcdSentinelExporter.Settings;

/// <summary>Reads the text of the YAML file.</summary>
internal static class SettingsFile
{
    public const int MaxBytes = 1024 * 1024;

    /// <exception cref="FormatException">Missing, unreadable, too large or not UTF-8: says which, without the
    /// path.</exception>
    public static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            // Read to a limit instead of asking for the length: devices and pipes have none.
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                throw new FormatException("larger than 1 MiB, which no file of settings is.");
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatException("there is no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FormatException("the file cannot be read: a folder, or not allowed for this user.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            var reason = e is DecoderFallbackException ? "not UTF-8 text." : $"the file cannot be read: {e.Message}";
            throw new FormatException(reason, e);
        }
    }
}
