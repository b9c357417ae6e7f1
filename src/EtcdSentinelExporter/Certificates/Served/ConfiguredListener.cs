using System.Globalization;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>One item of the setting <c>certificates.served</c>: a TLS server to check.</summary>
internal sealed record ConfiguredListener(string Name, string Host, int Port)
{
    /// <exception cref="FormatException">Invalid; the message says what to write instead.</exception>
    public static ConfiguredListener Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (equals is < 1 or > 128 || colon < equals
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw Invalid();
        }
        var host = text[(equals + 1)..colon];
        host = host is ['[', .. var inside, ']'] ? inside : host;
        return Uri.CheckHostName(host) is UriHostNameType.Unknown ? throw Invalid() : new(text[..equals], host, port);
    }

    private static FormatException Invalid() =>
        new("write name=host:port, such as kube-apiserver=127.0.0.1:6443; put an IPv6 address in brackets.");
}
