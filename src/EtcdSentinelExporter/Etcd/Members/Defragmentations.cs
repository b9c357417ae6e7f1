namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>How long the member's last defragmentation took, out of two looks at a histogram that only counts and
/// sums.</summary>
/// <param name="Count">Since etcd started.</param>
/// <param name="Seconds">That they took together.</param>
/// <param name="Started">When etcd started, in Unix seconds; <see langword="null"/> when the page does not say.</param>
/// <param name="LastSeconds"><see langword="null"/> until one could be told apart. Kept when etcd restarts: the last
/// one is still the last.</param>
internal sealed record Defragmentations(long Count, double Seconds, double? Started, double? LastSeconds)
{
    /// <param name="now"><see langword="null"/> when the page was not read, or does not say.</param>
    /// <param name="started">See <see cref="Started"/>.</param>
    public static Defragmentations? Seen(
        Defragmentations? before, (long Count, double Seconds)? now, double? started) =>
        now is { } seen ? new(seen.Count, seen.Seconds, started, Last(before, seen, started)) : before;

    private static double? Last(Defragmentations? before, (long Count, double Seconds) now, double? started)
    {
        // After a restart etcd counts from zero again. Without a start time: it took no time without being counted.
        var isFresh = before is null
            || started != before.Started
            || now.Count < before.Count
            || now.Seconds < before.Seconds
            || (now.Count == before.Count && now.Seconds > before.Seconds);
        var (count, seconds) = isFresh ? (0, 0) : (before!.Count, before.Seconds);
        return (now.Count - count) switch
        {
            0 => before?.LastSeconds,
            1 when now.Seconds >= seconds => now.Seconds - seconds,
            _ => null,
        };
    }
}
