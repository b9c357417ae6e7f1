namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Commands that timed out on a drive: attribute 188.</summary>
/// <param name="Total">All timeouts; Seagate's count stops at 65,535.</param>
/// <param name="Over5Seconds">Commands longer than 5 s; <see langword="null"/> if the drive is not from
/// Seagate.</param>
/// <param name="Over7Seconds">Commands longer than 7.5 s; <see langword="null"/> if the drive is not from
/// Seagate.</param>
internal sealed record CommandTimeouts(ulong Total, ulong? Over5Seconds, ulong? Over7Seconds)
{
    private const ulong Word = 0xFFFF;

    /// <returns>The count, or <see langword="null"/>; and true if the reported value is invalid.</returns>
    public static (CommandTimeouts? Count, bool IsUndecodable) Decode(SmartReport report)
    {
        if (report.Find(188, "Command_Timeout") is not { Raw: { } raw } attribute)
            return (null, false);
        // smartctl splits the words for some of Seagate's models only, but all of them pack the value.
        var isSeagate = attribute.RawText.Split(' ').Length == 3 || report.Identity.IsFromSeagate();
        var count = Decode(raw, isSeagate);
        return (count, count is null);
    }

    /// <summary>Decodes a raw value.</summary>
    /// <param name="isSeagate">True if the raw value holds three words of 16 bits, the total lowest, whether or not
    /// smartctl splits them.</param>
    /// <returns><see langword="null"/> if the value fits neither encoding.</returns>
    public static CommandTimeouts? Decode(ulong raw, bool isSeagate)
    {
        var (total, over5, over7) = (raw & Word, (raw >> 16) & Word, (raw >> 32) & Word);
        return raw switch
        {
            <= Word when !isSeagate => new(raw, null, null),
            // A command longer than 7.5 s is also longer than 5 s; values in another order are not this encoding.
            _ when raw >> 48 == 0 && total >= over5 && over5 >= over7 => new(total, over5, over7),
            _ => null,
        };
    }
}
