using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Node;

namespace EtcdSentinelExporter.Collectors.Storage;

/// <summary>What can be judged by one look.</summary>
internal static class StorageFindings
{
    public static IEnumerable<Finding> Judge(StorageReading reading) =>
        reading.Roles.Places.SelectMany(OfPlace).Concat(IoFindings.Judge(reading));

    private static IEnumerable<Finding> OfPlace(RolePlace place)
    {
        if (place is { IsResolved: false, Of.IsEtcd: true } or { IsResolved: false, Of.Role: DiskRole.Other })
        {
            yield return new("EtcdDiskUnresolved", Severity.Info, place.Of.Path,
                Summary: $"Which disk it is on cannot be told ({string.Join(", ", place.Reasons)}).",
                NextStep: $"On the node: findmnt -T {place.Of.Path}, then lsblk -s of its source.");
        }
    }
}
