using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reads attributes of sysfs: one line each, in a file that may disappear at any moment.</summary>
internal static class SysAttribute
{
    private const int MaxBytes = 4096;
    private const int MaxLabelLength = 100;

    /// <returns>The line without its end; empty if it cannot be read, because disks come and go.</returns>
    public static string Attribute(this HostFiles sys, string path) =>
        Encoding.UTF8.GetString(sys.Bytes(path) ?? []).TrimEnd('\n');

    /// <summary>Reads an attribute that may become a label.</summary>
    /// <returns>The line without padding, at most 100 characters; empty if it cannot be read.</returns>
    public static string Label(this HostFiles sys, string path) => Label(sys.Bytes(path) ?? []);

    /// <returns><see langword="null"/> if it cannot be read.</returns>
    public static byte[]? Bytes(this HostFiles sys, string path)
    {
        try
        {
            return sys.Read(path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static string Label(byte[] bytes) => Label(Encoding.UTF8.GetString(bytes));

    public static string Label(string text)
    {
        var trimmed = text.Trim('\0', ' ', '\n', '\t');
        return trimmed.Length <= MaxLabelLength ? trimmed : trimmed[..MaxLabelLength].TrimEnd();
    }
}
