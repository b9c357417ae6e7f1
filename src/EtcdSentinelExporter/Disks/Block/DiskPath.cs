using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>One way from a file system down to what carries it.</summary>
/// <param name="Name">The kernel's name of the last block device on the way; empty where there is none.</param>
/// <param name="Via">Layers from the file system down to it.</param>
/// <param name="Reason">Why the way ends there before a disk, out of <see cref="DiskReason"/>; <see
/// langword="null"/> at a whole device that nothing is below.</param>
/// <param name="File">The node's path of the file behind a loop device: the way goes on there.</param>
internal sealed record DiskPath(string Name, ImmutableArray<string> Via, string? Reason = null, string? File = null);
