using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reads attributes of sysfs: a line each, in a file that may go at any moment.</summary>
internal static class SysAttribute
{
    private const int Largest = 4096;

    /// <returns>Without its line end; empty where it cannot be read, since disks come and go while they are looked
    /// at.</returns>
    public static string Attribute(this HostFiles sys, string path)
    {
        try
        {
            return Encoding.UTF8.GetString(sys.Read(path, Largest)).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
