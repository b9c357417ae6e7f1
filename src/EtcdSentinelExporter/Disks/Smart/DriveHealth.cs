using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What a drive says of its health, decoded. <see langword="null"/> is what it does not say.</summary>
internal sealed record DriveHealth
{
    private const int SpareBit = 0;
    private const int TemperatureBit = 1;

    /// <summary>The drive's own verdict. A drive with a thousand bad sectors may still say yes. An NVMe drive has none,
    /// only <see cref="CriticalWarnings"/>: no while any of them is grave.</summary>
    public bool? Passed { get; init; }

    /// <summary>Attributes that foretell a failure and are below their threshold; <see langword="null"/> without
    /// attributes.</summary>
    public int? FailingNow { get; init; }

    /// <summary>Attributes that were below their threshold at some time; it never clears.</summary>
    public int? FailedInThePast { get; init; }

    public CommandTimeouts? CommandTimeouts { get; init; }

    public TimeSpan? PowerOn { get; init; }

    public Endurance? Endurance { get; init; }

    /// <summary>0 to 1.</summary>
    public double? Spare { get; init; }

    /// <summary>0 to 1; 0 where the drive sets none.</summary>
    public double? SpareThreshold { get; init; }

    /// <summary>NVMe's set of bits, in the order of <see cref="WarningReasons"/>.</summary>
    public int? CriticalWarnings { get; init; }

    /// <summary>Critical warnings that are said nowhere else, in the order of their bits.</summary>
    /// <remarks>Temperature and spare blocks have numbers of their own. Samsung's drives call themselves unreliable as
    /// soon as their endurance is used up, which is a number too.</remarks>
    public IEnumerable<string> GraveWarnings => WarningReasons.Where((reason, bit) =>
        Warns(bit)
        && reason is not ("spare" or "temperature")
        && !(reason is "reliability" && Endurance?.UsedRatio >= 1));

    public bool WarnsOfSpare => Warns(SpareBit);

    public bool WarnsOfTemperature => Warns(TemperatureBit);

    public double? MediaErrors { get; init; }

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

    /// <summary>The latest of each kind that ran to its end.</summary>
    public ImmutableArray<(SelfTest Test, TimeSpan? Age)> SelfTests { get; init; } = [];

    /// <summary>°C; never 0, which is what drives without a sensor say.</summary>
    public double? Temperature { get; init; }

    /// <summary>°C above which the drive itself warns.</summary>
    public double? TemperatureLimit { get; init; }

    /// <summary>Fields that are there and cannot be decoded, out of <see cref="DecodedFields"/>.</summary>
    public ImmutableArray<string> Undecodable { get; init; } = [];

    public static ImmutableArray<string> WarningReasons { get; } =
        ["spare", "temperature", "reliability", "read_only", "backup", "pmr"];

    public static ImmutableArray<string> DecodedFields { get; } = ["command_timeouts", "power_on", "endurance"];

    private bool Warns(int bit) => (CriticalWarnings & (1 << bit)) > 0;
}
