namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>How an attribute reports wear.</summary>
/// <param name="Meaning">Meaning of smartctl's columns.</param>
/// <param name="PercentUsed">Returns the percent used, which is invalid outside of 0 to 1000; <see langword="null"/> if
/// the attribute is ambiguous.</param>
internal sealed record WearEncoding(string Meaning, Func<SmartAttribute, DriveIdentity, double?> PercentUsed)
{
    private const ulong Word = 0xFFFF;

    // They count in RAW, and leave VALUE at 100.
    private static readonly string[] RawCounters = ["Phison", "Maxio"];

    public static WearEncoding ValueLeft { get; } = new("VALUE: percent left",
        (attribute, _) => 100 - attribute.Value);

    public static WearEncoding RawLeft { get; } = new("RAW_VALUE: percent left",
        (attribute, _) => 100 - (double?)attribute.Raw);

    public static WearEncoding RawUsed { get; } = new("RAW_VALUE: percent used",
        (attribute, _) => attribute.Raw);

    public static WearEncoding Micron { get; } = new("VALUE: percent left; RAW_VALUE: percent used, beyond 100 too",
        (attribute, _) => attribute is { Raw: > 100 and <= 255, Value: 0 or null } ? attribute.Raw
            : 100 - attribute.Value);

    public static WearEncoding Left { get; } = new(
        "RAW_VALUE: percent left if it is 1 to 100, otherwise VALUE; on SandForce always VALUE", LeftUsed);

    /// <remarks>Two bytes hold the whole and the hundredths, so that WD's Dashboard shows 0x2506 as 37.06 %. Newer
    /// drives have three such words, the lowest is used: https://listi.jpberlin.de/pipermail/smartmontools-support/
    /// 2021-March/000652.html. Older drives count hundredths in a single word.</remarks>
    public static WearEncoding SanDisk { get; } = new(
        "RAW_VALUE: percent used, in the lowest two bytes whole and hundredths; below 65536 hundredths of a percent",
        (attribute, _) => attribute.Raw switch
        {
            null => null,
            <= Word and var hundredths => hundredths / 100.0,
            var words => (words.Value & 0xFF) < 100
                ? ((words.Value & Word) >> 8) + ((words.Value & 0xFF) / 100.0)
                : double.PositiveInfinity,
        });

    // Phison's VALUE stays at 100 while RAW falls. SandForce uses RAW for something else, Seagate packs it.
    private static double? LeftUsed(SmartAttribute attribute, DriveIdentity identity)
    {
        if (identity.IsFrom("SandForce"))
            return 100 - attribute.Value;
        var countsInRaw = RawCounters.Any(identity.IsFrom);
        return attribute switch
        {
            { Raw: >= 1 and <= 100 and var left } => 100 - (double)left,
            { Raw: 0, Value: 100 } => countsInRaw ? 100 : null,
            { Raw: null, Value: 100 } => null,
            { Raw: > 100, Value: 100 } when countsInRaw => null,
            _ => 100 - attribute.Value,
        };
    }
}
