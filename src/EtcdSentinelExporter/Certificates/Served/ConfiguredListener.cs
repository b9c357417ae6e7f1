using System.Globalization;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>A TLS server that a setting names.</summary>
internal sealed record ConfiguredListener(string Name, string Host, int Port)
{
    public static ConfiguredListener Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (equals is < 1 or > 128 || colon < equals
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw Wrong();
        }
        var host = text[(equals + 1)..colon];
        host = host is ['[', .. var inside, ']'] ? inside : host;
        return Uri.CheckHostName(host) is UriHostNameType.Unknown ? throw Wrong() : new(text[..equals], host, port);
    }

    private static FormatException Wrong() =>
        new("write name=host:port, such as kube-apiserver=127.0.0.1:6443; an IPv6 address stands in brackets.");
}
