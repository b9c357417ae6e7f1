namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>How long a member will answer nothing while it is defragmented: a block for every client of it.</summary>
/// <remarks>Never measured by writing a test file: that would slow down the disk which is the question.</remarks>
internal static class BlockEstimate
{
    /// <summary>For each 10⁹ bytes in use, if nothing else is known.</summary>
    public const double SecondsPerGigabyte = 20;

    // The earlier ones may have been of a much smaller database: how large it was then is not known.
    private const double MinSecondsPerGigabyte = 10;

    // The database may have grown since, and the disk may be busier.
    private const double Margin = 1.5;

    /// <param name="inUseBytes">Only live data is copied; free pages cost nothing.</param>
    /// <param name="lastSeconds">Duration of this member's earlier defragmentations; <see langword="null"/> if
    /// unknown.</param>
    public static TimeSpan Of(long inUseBytes, double? lastSeconds) => TimeSpan.FromSeconds(lastSeconds is { } last
        ? Math.Max(last * Margin, inUseBytes / 1e9 * MinSecondsPerGigabyte)
        : inUseBytes / 1e9 * SecondsPerGigabyte);

    /// <summary>The estimate for a member; zero if nothing is known of it.</summary>
    public static TimeSpan Of(MemberFacts member) =>
        member.State is { } state ? Of(state.InUseBytes, state.DefragmentationSeconds) : TimeSpan.Zero;
}
