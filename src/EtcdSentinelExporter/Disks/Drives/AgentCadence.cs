namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>How often smart-agent reads drives and renews its files.</summary>
/// <param name="Every">Time from one read of a drive to the next.</param>
/// <param name="RenewedWithin">Maximum age of a file; an older one means that the agent no longer runs.</param>
internal sealed record AgentCadence(TimeSpan Every, TimeSpan RenewedWithin)
{
    private static readonly TimeSpan MinRenewal = TimeSpan.FromMinutes(1);

    /// <param name="tick">Time from the end of one poll to the next poll.</param>
    /// <param name="poll">Maximum duration of a poll: files are written at its end.</param>
    public static AgentCadence Of(TimeSpan every, TimeSpan tick, TimeSpan poll) =>
        new(every, new[] { tick * 3, (tick * 2) + poll, MinRenewal }.Max());
}
