namespace EtcdSentinelExporter.Host;

/// <summary>Handles shared reads that a probe can do without.</summary>
internal static class SharedFact
{
    /// <returns>The result, or <see langword="null"/> if the read failed; values that depend on it report
    /// that.</returns>
    public static async Task<T?> OrUnknownAsync<T>(this Task<T> fact) where T : class
    {
        try
        {
            return await fact;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return null;
        }
    }
}
