namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>An ATA attribute that counts what the host wrote.</summary>
/// <param name="Unit">Bytes per count.</param>
/// <param name="IsDefault">True for smartctl's default name, which it prints for each model that has no other. Makers
/// count in several units under it.</param>
internal sealed record WrittenAttribute(int Id, string Name, double Unit, bool IsDefault = false)
{
    // A wrong unit shows as far less than a drive of some age ever writes, or as more than its interface can transfer.
    private const double MinShareOfCapacity = 0.001;
    private const double MaxBytesPerHour = 3600 * 600e6;
    private const double HoursOfSomeAge = 500;

    private const double Sector = 512;

    public static ImmutableArray<WrittenAttribute> All { get; } =
    [
        new(241, "Host_Writes_32MiB", 32 << 20), new(225, "Host_Writes_32MiB", 32 << 20),
        new(241, "Host_Writes_GiB", 1 << 30), new(241, "Lifetime_Writes_GiB", 1 << 30),
        new(241, "Total_Writes_GiB", 1 << 30), new(241, "Total_Writes_GB", 1e9),
        new(241, "Lifetime_Wts_Frm_Hst_GB", 1e9), new(241, "Total_Host_LBA_Written", Sector),
        new(246, "Total_LBAs_Written", Sector), new(241, "Total_LBAs_Written", Sector, IsDefault: true),
    ];

    /// <summary>Returns the bytes written.</summary>
    /// <returns><see langword="null"/> if the unit is unknown for this drive, or the value is implausible.</returns>
    public double? In(SmartReport report, DriveIdentity identity, TimeSpan? powerOn) =>
        IsKnown(report, identity) && report.Find(Id, Name)?.Raw * Unit is { } bytes
        && IsPlausible(bytes, report.Root.Number("user_capacity", "bytes"), powerOn?.TotalHours)
            ? bytes
            : null;

    private bool IsKnown(SmartReport report, DriveIdentity identity) => IsDefault
        ? identity.IsFrom("Samsung") || identity.IsFromSeagate()
        : report.Root.Flag("in_smartctl_database") is true;

    private static bool IsPlausible(double bytes, double? capacity, double? hours) =>
        !(bytes > MaxBytesPerHour * (hours + 1 ?? double.PositiveInfinity))
        && !(hours >= HoursOfSomeAge && bytes < capacity * MinShareOfCapacity);
}
