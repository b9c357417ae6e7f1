namespace EtcdSentinelExporter.Lab;

/// <summary>Bound of every wait that is only there against hanging.</summary>
internal static class Patience
{
    // A test that passes never comes near it, so it costs nothing; a busy machine may need a good part of it.
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
}
