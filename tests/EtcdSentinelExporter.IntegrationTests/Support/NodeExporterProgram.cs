namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Debian's node_exporter.</summary>
internal static class NodeExporterProgram
{
    /// <summary>Reason to skip a test that needs it, or null.</summary>
    public static string? Missing =>
        Find() is null ? "Needs prometheus-node-exporter: scripts/lab install --with-peers." : null;

    /// <summary>Path of the program. Skips the test if it is missing.</summary>
    public static string Need()
    {
        Skip.If(Missing);
        return Find()!;
    }

    private static string? Find() => Tools.TryFind("prometheus-node-exporter");
}
