namespace EtcdSentinelExporter.Disks.Block;

/// <summary>One path from a file system down to a device that carries it.</summary>
/// <param name="Name">Kernel name of the last block device on the path; empty if there is none.</param>
/// <param name="Via">Layers from the file system down to that device.</param>
/// <param name="Reason">Why the path ends before a disk, one of <see cref="DiskReason"/>; <see langword="null"/> for a
/// device with nothing below it.</param>
/// <param name="File">The node's path of the backing file of a loop device: the search continues there.</param>
internal sealed record DiskPath(string Name, ImmutableArray<string> Via, string? Reason = null, string? File = null);
