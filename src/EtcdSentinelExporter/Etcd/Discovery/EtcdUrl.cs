using System.Globalization;
using System.Net;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>An address in the form that etcd demands: <c>http://host:port</c> or <c>https://host:port</c>, without a
/// path.</summary>
internal sealed record EtcdUrl(string Scheme, string Host, int Port)
{
    private const int MaxNameLength = 253;

    public bool IsHttp => Scheme == "http";

    public bool IsLoopback => Host == "localhost" || (Address is { } address && IPAddress.IsLoopback(address));

    /// <summary>Listens on every address, so that it answers on loopback too.</summary>
    public bool IsWildcard => Host.Length == 0 || IPAddress.Any.Equals(Address) || IPAddress.IPv6Any.Equals(Address);

    private IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>The same listener as this node dials it: nobody can connect to 0.0.0.0.</summary>
    public EtcdUrl ToDial() =>
        IsWildcard ? this with { Host = IPAddress.IPv6Any.Equals(Address) ? "::1" : "127.0.0.1" } : this;

    /// <exception cref="FormatException">Another form; the message says which, but not of what.</exception>
    public static EtcdUrl Parse(string text)
    {
        var (scheme, rest) = text.Split("://", 2) is [var before, var after]
            ? (before, after.TrimEnd('/'))
            : throw new FormatException("is no URL; write https://host:port");
        if (scheme is "unix" or "unixs")
        {
            throw new FormatException(
                "is a Unix socket, which is not supported; let etcd listen on https://127.0.0.1:2379 too");
        }
        if (scheme is not ("http" or "https"))
            throw new FormatException("has a scheme other than http or https");
        var colon = rest.LastIndexOf(':');
        if (colon < 0
            || !ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw new FormatException("has no port between 1 and 65535; etcd demands one");
        }
        return new(scheme, HostOf(rest[..colon]), port);
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}" : $"{Scheme}://{Host}:{Port}";

    private static string HostOf(string text)
    {
        if (text is ['[', .. var inside, ']'])
        {
            return IPAddress.TryParse(inside, out var address) && inside.Contains(':', StringComparison.Ordinal)
                ? address.ToString()
                : throw new FormatException("has brackets around something that is no IPv6 address");
        }
        return text.Length <= MaxNameLength && text.All(IsNameCharacter)
            ? text.ToLowerInvariant()
            : throw new FormatException("has a host that is neither a name nor an address");
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';
}
