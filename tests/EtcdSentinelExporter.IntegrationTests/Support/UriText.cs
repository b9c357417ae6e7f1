namespace EtcdSentinelExporter.IntegrationTests.Support;

internal static class UriText
{
    /// <summary>Scheme, host and port alone: a Uri prints a slash after them, which etcd takes for a path
    /// and refuses.</summary>
    public static string Authority(this Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
