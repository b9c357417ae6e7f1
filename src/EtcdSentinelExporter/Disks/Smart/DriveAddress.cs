using System.Buffers;
using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A device and how smartctl is to talk to it: <c>/dev/bus/0;megaraid,14</c>, <c>/dev/sdb;sat</c>.</summary>
/// <param name="Path">Absolute, below <c>/dev</c>.</param>
/// <param name="Type">smartctl's <c>--device</c>.</param>
internal sealed record DriveAddress(string Path, string Type)
{
    private const int Longest = 100;

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-:.");

    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789,+/:-");

    // Controllers behind which a number stands for a drive of its own.
    private static readonly string[] Controllers =
        ["megaraid,", "cciss,", "3ware,", "areca,", "hpt,", "aacraid,", "sssraid,", "usbasm1352r,", "intelliprop,"];

    // One bridge for one disk or two: only with a port it is one of two. usbjmicron,x is a way of asking.
    private const string JMicron = "usbjmicron";

    // These talk to the bridge by writing to a sector of the disk: killed in the middle, smartctl leaves it
    // overwritten.
    private static readonly string[] Writers = ["jmb39x", "jms56x"];

    /// <summary>Whether it is one of several drives behind the device.</summary>
    public bool IsBehindController =>
        Array.Exists(Controllers, name => Type.Contains(name, StringComparison.Ordinal))
        || (Type.Contains(JMicron, StringComparison.Ordinal) && Type is [.., ',', '0' or '1']);

    /// <summary><c>bus_0_megaraid_14</c>: the address as a label.</summary>
    public string Label => string.Concat(
        $"{Path["/dev/".Length..]}_{Type}".Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));

    /// <summary>What is wrong with several together; <see langword="null"/> when nothing is.</summary>
    public static string? Together(ImmutableArray<DriveAddress> addresses) => addresses
        .Where(address => !address.IsBehindController)
        .GroupBy(address => address.Path, StringComparer.Ordinal)
        .Where(same => same.Count() > 1)
        .Select(same => $"{same.Key} is named with {string.Join(" and with ", same.Select(address => address.Type))}; "
            + "that is one disk, and has one type: leave one.")
        .FirstOrDefault();

    /// <exception cref="FormatException">Not such an address, or one of a type that writes to the disk.</exception>
    public static DriveAddress Parse(string text)
    {
        if (text.Split(';') is not [var path, [>= '0' and <= 'z', ..] and var type] || text.Length > Longest
            || !path.StartsWith("/dev/", StringComparison.Ordinal) || path.Length == "/dev/".Length
            || path.Contains("..", StringComparison.Ordinal)
            || path.AsSpan().ContainsAnyExcept(PathCharacters) || type.AsSpan().ContainsAnyExcept(TypeCharacters))
        {
            throw new FormatException("write device;type as in /dev/bus/0;megaraid,14 or /dev/sdb;sat.");
        }
        return Array.Find(Writers, name => type.Contains(name, StringComparison.Ordinal)) is { } writer
            ? throw new FormatException(
                $"{writer} writes to the disk to talk to its bridge, and is never used; leave it out.")
            : new(path, type);
    }
}
