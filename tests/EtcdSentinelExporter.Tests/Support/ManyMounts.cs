using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>What fills a node's list of mounts: the overlays of containers, with long options, and the volumes of
/// pods.</summary>
internal static class ManyMounts
{
    /// <summary>Content of a mountinfo file.</summary>
    /// <param name="root">Path of the node's root, escaped as in mountinfo; empty for <c>/</c>.</param>
    public static string Text(string root, int mounts)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture,
                $"27 1 253:0 / {(root.Length == 0 ? "/" : root)} rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw\n");
        for (var n = 1; n < mounts; n++)
        {
            if (n % 3 == 0)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{n + 27} 27 0:{n} / {root}/run/containerd/k8s.io/{n:x64}/rootfs rw,relatime shared:{n} - ")
                    .Append(CultureInfo.InvariantCulture,
                        $"overlay overlay rw,lowerdir={Layers(n)},upperdir=/var/lib/containerd/{n}/fs\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{n + 27} 27 0:{n} / {root}/var/lib/kubelet/pods/{n:x32}/volumes/kubernetes.io~projected/api ")
                    .Append(CultureInfo.InvariantCulture,
                        $"rw,relatime shared:{n} - tmpfs tmpfs rw,size=131072k,inode64\n");
            }
        }
        return text.ToString();
    }

    private static string Layers(int n) => string.Join(':', Enumerable.Range(n, 8)
        .Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/{i}/fs")));
}
