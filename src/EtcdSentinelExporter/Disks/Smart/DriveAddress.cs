using System.Buffers;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A device and the type that smartctl needs to access it: <c>/dev/bus/0;megaraid,14</c>,
/// <c>/dev/sdb;sat</c>.</summary>
/// <param name="Path">Absolute, below <c>/dev</c>.</param>
/// <param name="Type">smartctl's <c>--device</c>.</param>
internal sealed record DriveAddress(string Path, string Type)
{
    private const int MaxLength = 100;

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-:.");

    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789,+/:-");

    // Controllers with several drives, each addressed by number.
    private static readonly string[] Controllers =
        ["megaraid,", "cciss,", "3ware,", "areca,", "hpt,", "aacraid,", "sssraid,", "usbasm1352r,", "intelliprop,"];

    // A bridge for one or two disks: only with a port number it is one of two. usbjmicron,x only selects the protocol.
    private const string JMicron = "usbjmicron";

    // These access the bridge by writing to a sector of the disk. If smartctl is killed meanwhile, the sector stays
    // overwritten.
    private static readonly string[] TypesThatWrite = ["jmb39x", "jms56x"];

    /// <summary>True if the address is one of several drives behind the device.</summary>
    public bool IsBehindController =>
        Array.Exists(Controllers, name => Type.Contains(name, StringComparison.Ordinal))
        || (Type.Contains(JMicron, StringComparison.Ordinal) && Type is [.., ',', '0' or '1']);

    /// <summary>The address as a label: <c>bus_0_megaraid_14</c>.</summary>
    public string Label => string.Concat(
        $"{Path["/dev/".Length..]}_{Type}".Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));

    /// <summary>Returns a problem between several addresses; <see langword="null"/> if there is none.</summary>
    public static string? Together(ImmutableArray<DriveAddress> addresses) => addresses
        .Where(address => !address.IsBehindController)
        .GroupBy(address => address.Path, StringComparer.Ordinal)
        .Where(same => same.Count() > 1)
        .Select(same => $"{same.Key} has several types ({string.Join(" and ", same.Select(address => address.Type))}); "
            + "keep one.")
        .FirstOrDefault();

    /// <exception cref="FormatException">The address is invalid, or its type writes to the disk.</exception>
    public static DriveAddress Parse(string text)
    {
        if (text.Split(';') is not [var path, [>= '0' and <= 'z', ..] and var type] || text.Length > MaxLength
            || !path.StartsWith("/dev/", StringComparison.Ordinal) || path.Length == "/dev/".Length
            || path.Contains("..", StringComparison.Ordinal)
            || path.AsSpan().ContainsAnyExcept(PathCharacters) || type.AsSpan().ContainsAnyExcept(TypeCharacters))
        {
            throw new FormatException("write device;type, as in /dev/bus/0;megaraid,14 or /dev/sdb;sat.");
        }
        return Array.Find(TypesThatWrite, name => type.Contains(name, StringComparison.Ordinal)) is { } writer
            ? throw new FormatException(
                $"{writer} is not supported, because it writes to the disk to access the bridge; leave it out.")
            : new(path, type);
    }
}
