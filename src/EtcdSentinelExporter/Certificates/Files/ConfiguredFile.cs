using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Certificates.Files;

/// <param name="Name">As given, or the file's own name without its extension; <see langword="null"/> for a pattern
/// without a name.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
internal sealed record ConfiguredFile(string? Name, string Path)
{
    private const int MaxNameLength = 128;

    public static ConfiguredFile Parse(string text)
    {
        // A path may hold an equals sign; a name holds no slash.
        var (name, path) = text.StartsWith('/') || text.IndexOf('=', StringComparison.Ordinal) is var at && at < 0
            ? (null, text)
            : (text[..at], text[(at + 1)..]);
        if (name is { Length: 0 or > MaxNameLength })
            throw new FormatException("write /path, or name=/path with a name of 1 to 128 characters.");
        return new(name, SettingParsers.AbsolutePath(path));
    }

    /// <summary>The name of a file that was found under this setting.</summary>
    public static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path);
}
