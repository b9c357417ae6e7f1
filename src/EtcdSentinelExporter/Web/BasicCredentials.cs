using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>Name and password out of an <c>Authorization</c> header of the kind "Basic".</summary>
/// <remarks>The length is bounded by what the server takes as headers at all.</remarks>
internal sealed record BasicCredentials(string Name, byte[] Password)
{
    private const string Scheme = "Basic ";

    /// <returns><see langword="null"/> for anything else.</returns>
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
