using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>What the kernel says about disks and mounts.</summary>
internal static class BlockTargets
{
    private const string Mounts = """
        22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
        23 22 0:21 / /proc rw - proc proc rw
        31 22 8:16 / /var/lib/etcd rw - xfs /dev/sdb ro,seclabel
        40 31 0:45 / /var/lib/etcd/a\040b rw,ro - overlay overlay rw,upperdir=/var/lib/etcd/x,lowerdir=/a:/b
        41 22 8:17 / /var/lib/longhorn rw - ext4 /dev/sdc rw,emergency_ro

        """;

    private const string Stats = """
           8       0 sda 4813 12 389034 1200 98123 2312 8912312 61234 3 41234 62434 0 0 0 0 9123 4123
           8      16 sdb 1 2 3 4 5 6 7 8 9 10 11
        """;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("mountinfo", () => SeedFiles.Texts(Mounts), Mount),
        FuzzTarget.Total("diskstats", () => SeedFiles.Texts(Stats),
            text => Property.Holds(DiskStats.Parse(text, ["sda", "sdb"]).Count <= 2, "disks that were not asked for")),
        FuzzTarget.Total("pressure", () => SeedFiles.Texts(
            "some avg10=0.22 avg60=1 avg300=0 total=1234567\nfull avg10=100.00 avg60=0 avg300=0 total=7654\n"),
                Pressure),
        new("sysfs", () => [.. SeedFiles.Texts("1", "naa.5000c500a1b2c3d4", "4813 12 389034 1200 98123 2312"),
            [0, 0x80, 0, 8, .. "ABCD1234"u8]],
            Attributes),
    ];

    private static bool Mount(byte[] input)
    {
        MountTable table = new(input);
        table.HasMountOn("/var/lib/etcd");
        table.HasLayerIn("/var/lib/etcd");
        foreach (var mount in table.Covering(["/", "/var/lib/etcd", "/var/lib/etcd/a b/c"]))
            Property.Holds(mount is null or { Point: ['/', ..] }, "a relative mount point");
        Property.Holds(table.Named(["longhorn", "etcd"], 16).Length <= 16, "too many mounts");
        return true;
    }

    private static void Pressure(string text)
    {
        var pressure = IoPressure.Parse(text);
        Property.Holds(pressure.StalledRatio is null or (>= 0 and <= 1), "a ratio outside 0 to 1");
        Property.IsNatural(pressure.Waiting?.TotalSeconds, "waiting");
        Property.IsNatural(pressure.Stalled?.TotalSeconds, "stalled");
    }

    // The same bytes in every attribute of one disk.
    private static bool Attributes(byte[] input)
    {
        using ScratchFolder sys = new();
        foreach (var name in new[] { "serial", "wwid", "size", "stat", "hidden", "diskseq", "queue/rotational",
            "device/serial", "device/wwid", "device/vpd_pg80" })
        {
            sys.Write($"block/sda/{name}", input);
        }
        foreach (var disk in new BlockDevices(sys.Files).List())
        {
            Property.Holds(disk.Serial.Length <= 100 && disk.WorldWideName.Length <= 100, "a text that is too long");
            Property.Holds(disk.Requests is null or >= 0, "a negative count");
        }
        return true;
    }
}
