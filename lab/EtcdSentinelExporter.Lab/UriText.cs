namespace EtcdSentinelExporter.Lab;

internal static class UriText
{
    /// <summary>Scheme, host and port only: Uri appends a slash, which etcd rejects as a path.</summary>
    public static string Authority(this Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
