namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decoded health of a drive. <see langword="null"/> means that the drive does not report the value.</summary>
internal sealed record DriveHealth
{
    private const int SpareBit = 0;
    private const int TemperatureBit = 1;

    /// <summary>The drive's own verdict. A drive with a thousand bad sectors may still pass. An NVMe drive has no
    /// verdict, only <see cref="CriticalWarnings"/>: false while any of them is grave.</summary>
    public bool? Passed { get; init; }

    /// <summary>Number of prefailure attributes below their threshold; <see langword="null"/> without
    /// attributes.</summary>
    public int? FailingNow { get; init; }

    /// <summary>Number of attributes that were ever below their threshold; never cleared.</summary>
    public int? FailedInThePast { get; init; }

    public CommandTimeouts? CommandTimeouts { get; init; }

    public TimeSpan? PowerOn { get; init; }

    public Endurance? Endurance { get; init; }

    /// <summary>Share of spare blocks left, 0 to 1.</summary>
    public double? Spare { get; init; }

    /// <summary>Share of spare blocks below which the drive warns, 0 to 1; 0 if it never does.</summary>
    public double? SpareThreshold { get; init; }

    /// <summary>Critical warnings of an NVMe drive as bits, in the order of <see cref="WarningReasons"/>.</summary>
    public int? CriticalWarnings { get; init; }

    /// <summary>Critical warnings that no other value covers, in the order of their bits.</summary>
    /// <remarks>Temperature and spare blocks have their own values. Samsung's drives set reliability as soon as their
    /// endurance is used up, which has its own value too.</remarks>
    public IEnumerable<string> GraveWarnings => WarningReasons.Where((reason, bit) =>
        Warns(bit)
        && reason is not ("spare" or "temperature")
        && !(reason is "reliability" && Endurance?.UsedRatio >= 1));

    public bool WarnsOfSpare => Warns(SpareBit);

    public bool WarnsOfTemperature => Warns(TemperatureBit);

    public double? MediaErrors { get; init; }

    /// <summary>Errors of a SAS drive that do not concern its medium.</summary>
    public double? NonMediumErrors { get; init; }

    public double? ReportedUncorrectable { get; init; }

    public double? Reallocated { get; init; }

    public double? Pending { get; init; }

    public double? OfflineUncorrectable { get; init; }

    public double? GrownDefects { get; init; }

    public double? CrcErrors { get; init; }

    public double? ErrorEntries { get; init; }

    public double? UnsafeShutdowns { get; init; }

    public double? PowerCycles { get; init; }

    public double? WrittenBytes { get; init; }

    /// <summary>Latest completed self-test of each kind.</summary>
    public ImmutableArray<(SelfTest Test, TimeSpan? Age)> SelfTests { get; init; } = [];

    /// <summary>Temperature in °C; never 0, which drives without a sensor report.</summary>
    public double? Temperature { get; init; }

    /// <summary>Temperature in °C above which the drive itself warns.</summary>
    public double? TemperatureLimit { get; init; }

    /// <summary>Time in seconds that an NVMe drive spent above its warning temperature.</summary>
    public double? WarmSeconds { get; init; }

    /// <summary>Time in seconds that an NVMe drive spent above its critical temperature.</summary>
    public double? HotSeconds { get; init; }

    /// <summary>Fields that are present but cannot be decoded, from <see cref="DecodedFields"/>.</summary>
    public ImmutableArray<string> Undecodable { get; init; } = [];

    public static ImmutableArray<string> WarningReasons { get; } =
        ["spare", "temperature", "reliability", "read_only", "backup", "pmr"];

    public static ImmutableArray<string> DecodedFields { get; } = ["command_timeouts", "power_on", "endurance"];

    private bool Warns(int bit) => (CriticalWarnings & (1 << bit)) > 0;
}
