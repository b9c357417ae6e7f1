namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Commands that a drive did not finish in time: attribute 188.</summary>
/// <param name="Total">All of them; Seagate's count stops at 65,535.</param>
/// <param name="Over5Seconds">Those of Seagate that took longer than 5 s; <see langword="null"/> elsewhere.</param>
/// <param name="Over7Seconds">Those of Seagate that took longer than 7.5 s; <see langword="null"/> elsewhere.</param>
internal sealed record CommandTimeouts(ulong Total, ulong? Over5Seconds, ulong? Over7Seconds)
{
    private const ulong Word = 0xFFFF;

    /// <summary>Decodes a raw value.</summary>
    /// <param name="isSeagate">Then it is three words of 16 bits, the total lowest, whether smartctl splits them or
    /// not.</param>
    /// <returns><see langword="null"/> when it fits neither encoding.</returns>
    public static CommandTimeouts? Decode(ulong raw, bool isSeagate)
    {
        var (total, over5, over7) = (raw & Word, (raw >> 16) & Word, (raw >> 32) & Word);
        return raw switch
        {
            <= Word when !isSeagate => new(raw, null, null),
            // Who took longer than 7.5 s took longer than 5 s too: nothing else is this packing.
            _ when raw >> 48 == 0 && total >= over5 && over5 >= over7 => new(total, over5, over7),
            _ => null,
        };
    }
}
