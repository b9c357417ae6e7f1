namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Duration of the member's last defragmentation, computed from two samples of a histogram's count and
/// sum.</summary>
/// <param name="Count">Number of defragmentations since etcd started.</param>
/// <param name="Seconds">Their total duration.</param>
/// <param name="Started">Start time of etcd in Unix seconds; <see langword="null"/> if the page does not contain
/// it.</param>
/// <param name="LastSeconds">Duration of the last one; <see langword="null"/> until exactly one happened between two
/// polls. Kept when etcd restarts.</param>
internal sealed record Defragmentations(long Count, double Seconds, double? Started, double? LastSeconds)
{
    /// <summary>Merges the values of one poll.</summary>
    /// <param name="now"><see langword="null"/> if the page was not read, or does not contain the histogram.</param>
    /// <param name="started">See <see cref="Started"/>.</param>
    public static Defragmentations? Update(
        Defragmentations? before, (long Count, double Seconds)? now, double? started) =>
        now is { } current ? new(current.Count, current.Seconds, started, Last(before, current, started)) : before;

    private static double? Last(Defragmentations? before, (long Count, double Seconds) now, double? started)
    {
        // After a restart etcd counts from zero again. Without a start time, an inconsistent count or sum shows the
        // restart.
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
