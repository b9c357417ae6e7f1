using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>User name and password of an <c>Authorization</c> header with the scheme "Basic".</summary>
/// <remarks>The server's limit on headers bounds the length.</remarks>
internal sealed record BasicCredentials(string Name, byte[] Password)
{
    private const string Scheme = "Basic ";

    /// <returns><see langword="null"/> if the header is missing, invalid or has another scheme.</returns>
    public static BasicCredentials? Parse(string? header)
    {
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is not true)
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..], bytes, out var length))
            return null;
        var colon = bytes.AsSpan(0, length).IndexOf((byte)':');
        return colon < 0 ? null : new(Encoding.UTF8.GetString(bytes, 0, colon), bytes[(colon + 1)..length]);
    }

    public override string ToString() => Name;
}
