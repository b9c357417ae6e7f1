using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>One item of the setting <c>certificates.files</c>.</summary>
/// <param name="Name">Name in labels; <see langword="null"/> if the item has only a path.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
internal sealed record ConfiguredFile(string? Name, string Path)
{
    private const int MaxNameLength = 128;

    /// <exception cref="FormatException">Invalid; the message says what to write instead.</exception>
    public static ConfiguredFile Parse(string text)
    {
        // A path may contain an equals sign; a name contains no slash.
        var (name, path) = text.StartsWith('/') || text.IndexOf('=', StringComparison.Ordinal) is var at && at < 0
            ? (null, text)
            : (text[..at], text[(at + 1)..]);
        if (name is { Length: 0 or > MaxNameLength })
            throw new FormatException("write /path, or name=/path with a name of 1 to 128 characters.");
        return new(name, SettingParsers.AbsolutePath(path));
    }

    /// <summary>Default name of a file: its file name without the extension.</summary>
    public static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path);
}
