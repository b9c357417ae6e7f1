using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Settings;

/// <summary>Parses an address on which the web server listens.</summary>
internal static class ListenAddress
{
    /// <summary>Parses <c>:10379</c>, <c>127.0.0.1:10379</c> or <c>[::1]:10379</c>. Port 0 means any free
    /// port.</summary>
    /// <exception cref="FormatException">Invalid; the message says what to write instead.</exception>
    public static IPEndPoint Parse(string text) =>
        text.StartsWith(':') ? new(AnyAddress, Port(text[1..])) : Tcp(text);

    // One socket serves IPv6 and IPv4; a kernel started with ipv6.disable=1 has only IPv4.
    private static IPAddress AnyAddress => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static IPEndPoint Tcp(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var bare = host is ['[', .. var inside, ']'] ? inside : host;
        var isBracketed = bare.Length < host.Length;
        // Brackets around IPv4 are accepted: in a manifest, [$(NODE_IP)] may expand to either family.
        if (colon < 0 || !IPAddress.TryParse(bare, out var address)
            || (address.AddressFamily is AddressFamily.InterNetworkV6 && !isBracketed))
        {
            throw Invalid();
        }
        return new(address, Port(text[(colon + 1)..]));
    }

    private static int Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw Invalid();

    private static FormatException Invalid() =>
        new("write :10379, 127.0.0.1:10379 or [::1]:10379; host names are not resolved.");
}
