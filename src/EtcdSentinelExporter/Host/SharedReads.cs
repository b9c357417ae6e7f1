namespace EtcdSentinelExporter.Host;

/// <summary>Handles shared reads that a probe can do without.</summary>
internal static class SharedReads
{
    /// <returns>The result, or <see langword="null"/> if the read failed; values that depend on it report
    /// that.</returns>
    public static async Task<T?> OrNullAsync<T>(this Task<T> read) where T : class
    {
        try
        {
            return await read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return null;
        }
    }
}
