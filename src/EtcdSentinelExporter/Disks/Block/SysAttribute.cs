using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reads attributes of sysfs: one line each, in a file that may disappear at any moment.</summary>
internal static class SysAttribute
{
    private const int MaxBytes = 4096;

    /// <returns>The line without its end; empty if it cannot be read, because disks come and go.</returns>
    public static string Attribute(this HostFiles sys, string path)
    {
        try
        {
            return Encoding.UTF8.GetString(sys.Read(path, MaxBytes)).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
