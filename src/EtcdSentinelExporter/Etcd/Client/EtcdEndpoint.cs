using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Client URL of a member, such as <c>https://127.0.0.1:2379</c>. Equal if the dialled address is
/// equal.</summary>
internal sealed record EtcdEndpoint
{
    private EtcdEndpoint(string text) => Text = text;

    /// <summary>Scheme, host and port in lower case, without a final slash: the label value.</summary>
    public string Text { get; }

    public Uri Address => new(Text);

    public bool IsSecure => Text.StartsWith("https:", StringComparison.Ordinal);

    /// <exception cref="FormatException">The URL is invalid; the message names the fault and the remedy.</exception>
    public static EtcdEndpoint Parse(string text)
    {
        var trimmed = text.Trim();
        if (SettingParsers.HttpUrl(trimmed) is not { } uri)
            throw Invalid(text, "is not a URL with http or https");
        if (uri.UserInfo.Length > 0)
        {
            throw new FormatException(
                "An etcd endpoint contains a user name or password, which is not supported: "
                + "remove the part before \"@\".");
        }

        if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw Invalid(text, "contains more than scheme, host and port");
        if (UnsafeCharacters.Replace(uri.Host) != uri.Host)
            throw Invalid(text, "contains an invisible character");
        if (uri.Host.Length == 0 || !HasPort(trimmed) || uri.Port == 0)
            throw Invalid(text, "has no port");
        return new($"{uri.Scheme}://{uri.Host}:{uri.Port}");
    }

    public override string ToString() => Text;

    // Uri fills in 80 and 443, but etcd hardly ever listens there.
    private static bool HasPort(string text)
    {
        var authority = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..].TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') && colon < authority.Length - 1;
    }

    private static FormatException Invalid(string text, string what) =>
        new($"{Quoted.Text(text)} {what}; write https://HOST:2379 (or http://HOST:2379 if etcd does not use TLS).");
}
