using System.Globalization;
using System.Net;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>A URL in the form that etcd requires: <c>http://host:port</c> or <c>https://host:port</c>, without a
/// path.</summary>
internal sealed record EtcdUrl(string Scheme, string Host, int Port)
{
    private const int MaxNameLength = 253;

    public bool IsHttp => Scheme == "http";

    public bool IsLoopback => Host == "localhost" || (Address is { } address && IPAddress.IsLoopback(address));

    /// <summary>True if it listens on every address, and so on loopback too.</summary>
    public bool IsWildcard => Host.Length == 0 || IPAddress.Any.Equals(Address) || IPAddress.IPv6Any.Equals(Address);

    private IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>True if only one process can listen on both.</summary>
    public bool Overlaps(EtcdUrl other) =>
        Port == other.Port
        && (Host == other.Host || IsWildcard || other.IsWildcard || (IsLoopback && other.IsLoopback));

    /// <summary>The loopback URLs of a listener on all addresses. Programs in Go accept both families on either
    /// wildcard, unless the host has only one.</summary>
    public IEnumerable<EtcdUrl> Loopbacks()
    {
        string[] hosts = IPAddress.IPv6Any.Equals(Address) ? ["::1", "127.0.0.1"] : ["127.0.0.1", "::1"];
        return hosts.Select(host => this with { Host = host });
    }

    /// <exception cref="FormatException">The URL is invalid. The message names the fault but not the URL.</exception>
    public static EtcdUrl Parse(string text)
    {
        var (scheme, rest) = text.Split("://", 2) is [var before, var after]
            ? (before, after.TrimEnd('/'))
            : throw new FormatException("is not a URL; write https://host:port");
        if (scheme is "unix" or "unixs")
        {
            throw new FormatException(
                "is a Unix socket, which is not supported; let etcd listen on https://127.0.0.1:2379 too");
        }
        if (scheme is not ("http" or "https"))
            throw new FormatException("has a scheme other than http or https; write https://host:port");
        var colon = rest.LastIndexOf(':');
        if (colon < 0
            || !ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw new FormatException("has no port between 1 and 65535; etcd requires one");
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
                : throw new FormatException("has brackets around an invalid IPv6 address");
        }
        return text.Length <= MaxNameLength && text.All(IsNameCharacter)
            && (text.Length == 0 || Uri.CheckHostName(text) is not UriHostNameType.Unknown)
            ? text.ToLowerInvariant()
            : throw new FormatException("has a host that is neither a name nor an address");
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';
}
