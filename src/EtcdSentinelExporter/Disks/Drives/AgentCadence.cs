namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>How often smart-agent does what.</summary>
/// <param name="Every">From one reading of a drive to the next.</param>
/// <param name="RenewedWithin">After this a file that is no newer was left by an agent that runs no more.</param>
internal sealed record AgentCadence(TimeSpan Every, TimeSpan RenewedWithin)
{
    private static readonly TimeSpan MinRenewal = TimeSpan.FromMinutes(1);

    /// <param name="tick">From the end of one poll to the next poll.</param>
    /// <param name="poll">How long one may take: it writes at its end.</param>
    public static AgentCadence Of(TimeSpan every, TimeSpan tick, TimeSpan poll) =>
        new(every, new[] { tick * 3, (tick * 2) + poll, MinRenewal }.Max());
}
