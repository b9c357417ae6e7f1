using System.Globalization;

namespace EtcdSentinelExporter.Lab;

/// <summary>Where the demo puts its data.</summary>
internal static class LabPlace
{
    // Write-ahead logs of 128 MB for each member, three databases and Prometheus.
    private const long Needed = 1000;

    /// <summary>Returns a folder with space: TMPDIR if it is set, or else /tmp or artifacts. A folder on a disk is
    /// preferred, because a demo without a disk shows less.</summary>
    /// <exception cref="LabException">Neither has enough space.</exception>
    public static async Task<string> ChooseAsync()
    {
        string[] places = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } own
            ? [own]
            : ["/tmp", Path.Combine(Repo.Root, "artifacts")];
        var roomy = places.Where(place => IsWritable(place) && FreeMegabytes(place) >= Needed).ToList();
        if (roomy.Count == 0)
        {
            throw new LabException($"not enough space: the lab needs {Needed} MB, and less is free in: "
                + $"{string.Join(' ', places)}. Set TMPDIR to another folder.");
        }
        foreach (var place in roomy)
        {
            if ((await DiskOfPath.Here.LocateAsync(place)).Device is not null)
                return place;
        }
        return roomy[0];
    }

    public static long FreeMegabytes(string folder) => new DriveInfo(folder).AvailableFreeSpace >> 20;

    public static string DescribeDrives(DemoLab lab) => lab.Disk is { } disk
        ? $"drives: RECORDINGS, played by a stand-in for smartctl as if they were /dev/{disk}, "
            + "which carries the members' data"
        : $"drives: none, because {TestRun.Folder} is on no disk of its own (tmpfs, overlay?); "
            + "set TMPDIR to a folder that is";

    private static bool IsWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
