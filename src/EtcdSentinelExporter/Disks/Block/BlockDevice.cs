using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A whole disk as the kernel lists it: no partition, and nothing that is built on top of disks.</summary>
/// <param name="Name">The kernel's name, and the <c>device</c> label of every series about it: <c>sda</c>.</param>
/// <param name="Serial">As it was learnt when the disk appeared, so that a disk that hangs keeps it; at most 100
/// characters, empty where there is none or it could not be asked.</param>
/// <param name="WorldWideName">Such as <c>naa.5000c500a1b2c3d4</c>; empty where there is none.</param>
/// <param name="IsRotational">Whether it spins; <see langword="null"/> where the kernel does not say.</param>
/// <param name="Requests">Reads and writes since it appeared; <see langword="null"/> where they cannot be read.</param>
/// <param name="Paths">Under how many names the kernel sees it: more than one with multipath.</param>
internal sealed record BlockDevice(
    string Name, string Serial, string WorldWideName, bool? IsRotational, long? Requests, int Paths = 1)
{
    /// <summary>The other names under which the kernel sees it.</summary>
    public ImmutableArray<string> OtherNames { get; init; } = [];

    /// <summary>Its number in the order of appearance (<c>diskseq</c>); empty before Linux 5.15.</summary>
    public string Sequence { get; init; } = "";

    /// <summary>Whether it is another one than that which had its name when this was the number.</summary>
    /// <param name="sequence">Empty or <see langword="null"/> where it is not known; then nothing tells.</param>
    public bool IsNewSince(string? sequence) =>
        sequence is { Length: > 0 } && Sequence.Length > 0 && sequence != Sequence;

    /// <summary>Its serial number, or the known one of the same disk while it returns none: a disk that hangs may not
    /// answer.</summary>
    /// <param name="known">Serial number of the disk that had this name before.</param>
    /// <param name="sequence">Sequence of that disk.</param>
    public string SerialOr(string known, string? sequence) =>
        Serial.Length == 0 && !IsNewSince(sequence) ? known : Serial;
}

/// <summary>The disks of the node, each once, by name.</summary>
internal sealed record DiskList(ImmutableArray<BlockDevice> Items);
