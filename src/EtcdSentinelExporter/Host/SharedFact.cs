namespace EtcdSentinelExporter.Host;

/// <summary>A fact that a probe can do without.</summary>
internal static class SharedFact
{
    /// <returns><see langword="null"/> where the fact cannot be had: what depends on it says so.</returns>
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
