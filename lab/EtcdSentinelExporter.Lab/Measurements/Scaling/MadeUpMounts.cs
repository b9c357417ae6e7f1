using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>A made-up procfs with many mounts: a third are overlays of containers, the others volumes of
/// pods.</summary>
internal static class MadeUpMounts
{
    /// <summary>Writes it.</summary>
    /// <returns>Path of the procfs.</returns>
    public static string Write(string folder, int mounts)
    {
        Directory.CreateDirectory(Path.Combine(folder, "1"));
        foreach (var file in (string[])["stat", "diskstats", "uptime"])
            File.WriteAllText(Path.Combine(folder, file), File.ReadAllText($"/proc/{file}"));
        File.WriteAllText(Path.Combine(folder, "1/mountinfo"), Text(mounts));
        return folder;
    }

    private static string Text(int mounts)
    {
        var text = new StringBuilder("27 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw\n");
        for (var n = 1; n < mounts; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{n + 27} 27 0:{n} / ").Append(n % 3 == 0
                ? string.Create(CultureInfo.InvariantCulture, $"/run/containerd/k8s.io/{n:x64}/rootfs rw - overlay ")
                    + $"overlay rw,lowerdir={Layers(n)}\n"
                : string.Create(CultureInfo.InvariantCulture, $"/var/lib/kubelet/pods/{n:x32}/volumes/")
                    + "kubernetes.io~projected/api rw,relatime - tmpfs tmpfs rw,size=131072k,inode64\n");
        }
        return text.ToString();
    }

    private static string Layers(int n) => string.Join(':', Enumerable.Range(n, 8).Select(layer => string.Create(
        CultureInfo.InvariantCulture,
        $"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/{layer}/fs")));
}
