using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdSentinelExporter.Configuration;

/// <summary>Where the web server listens, as the user wrote it and as the system wants it.</summary>
internal sealed record ListenAddress(string Text, EndPoint EndPoint)
{
    // sockaddr_un.sun_path holds 108 bytes, the last of which is a zero.
    private const int LongestSocketPath = 107;

    /// <summary><c>:10379</c>, <c>127.0.0.1:10379</c>, <c>[::1]:10379</c> or <c>unix:/path</c>. Port 0 takes any free
    /// one.</summary>
    /// <exception cref="FormatException">Says what to write instead.</exception>
    public static ListenAddress Parse(string text) => new(text,
        text.StartsWith("unix:", StringComparison.Ordinal) ? Unix(text["unix:".Length..])
        : text.StartsWith(':') ? new IPEndPoint(AnyAddress, Port(text[1..]))
        : Tcp(text));

    // One socket for both families; nodes that were started with ipv6.disable=1 have only the older one.
    private static IPAddress AnyAddress => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static IPEndPoint Tcp(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var bare = host is ['[', .. var inside, ']'] ? inside : host;
        var isBracketed = bare.Length < host.Length;
        // Brackets around IPv4 do no harm: a manifest that writes [$(NODE_IP)] cannot know which it will be.
        if (colon < 0 || !IPAddress.TryParse(bare, out var address)
            || (address.AddressFamily is AddressFamily.InterNetworkV6 && !isBracketed))
        {
            throw Malformed();
        }
        return new(address, Port(text[(colon + 1)..]));
    }

    private static int Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw Malformed();

    private static UnixDomainSocketEndPoint Unix(string path) =>
        path.StartsWith('/') && Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
            && !path.Contains('\0', StringComparison.Ordinal)
            ? new(path)
            : throw new FormatException(
                $"write unix: and an absolute path of at most {LongestSocketPath} bytes: unix:/run/sentinel.sock.");

    private static FormatException Malformed() =>
        new("write :10379, 127.0.0.1:10379, [::1]:10379 or unix:/run/sentinel.sock; names are not looked up.");
}
