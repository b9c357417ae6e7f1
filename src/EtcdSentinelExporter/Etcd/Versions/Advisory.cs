namespace EtcdSentinelExporter.Etcd.Versions;

/// <summary>Something that is known of versions of etcd.</summary>
/// <param name="Id">Number of the change or of the advisory.</param>
/// <param name="Level">One of the constants.</param>
/// <param name="Why">What can happen: a phrase.</param>
/// <param name="Source">Where to read about it: a URL.</param>
internal sealed record Advisory(string Id, string Level, string Why, string Source)
{
    /// <summary>The version must not be run.</summary>
    public const string Avoid = "avoid";

    public const string Security = "security";

    public const string Fault = "fault";

    /// <summary>It must be repaired before an upgrade to <see cref="To"/>.</summary>
    public const string Upgrade = "upgrade";

    /// <summary>A value of <see cref="When"/>.</summary>
    public const string Defragmentation = "defragmentation";

    public const string IfExperimentalFlags = "experimental-flags";
    public const string IfEnableV2 = "enable-v2";

    public static ImmutableArray<string> Levels { get; } = [Avoid, Security, Fault, Upgrade];

    /// <summary>The first version of each minor without it. Minors that are not named never had it; empty if it does
    /// not depend on the version.</summary>
    public ImmutableArray<EtcdVersion> Fixed { get; init; } = [];

    /// <summary>The first version of a minor with it, where that is not its first one.</summary>
    public ImmutableArray<EtcdVersion> From { get; init; } = [];

    /// <summary>Minor version that it is in the way of, such as <c>3.6</c>; <see langword="null"/> for other
    /// levels.</summary>
    public string? To { get; init; }

    /// <summary>Holds only with this; <see langword="null"/> if always.</summary>
    public string? If { get; init; }

    /// <summary>The operation that triggers it; <see langword="null"/> if none is needed.</summary>
    public string? When { get; init; }

    /// <summary>Day on which it became known or was repaired, as <c>2026-11-30</c>.</summary>
    public string Date { get; init; } = "";

    /// <summary>The version of the same minor that repairs it; <see langword="null"/> if none is known.</summary>
    public EtcdVersion? FixFor(EtcdVersion version) =>
        Fixed.Where(version.HasSameMinor).Cast<EtcdVersion?>().FirstOrDefault();

    /// <summary>True if the version has it, whatever its configuration.</summary>
    public bool IsIn(EtcdVersion version) =>
        FixFor(version) is { } first && version.IsBefore(first)
        && From.All(one => !version.HasSameMinor(one) || !version.IsBefore(one));
}
