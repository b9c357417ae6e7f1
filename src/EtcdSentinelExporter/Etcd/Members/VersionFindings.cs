using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Findings about the version that a member runs.</summary>
internal static class VersionFindings
{
    // What loses data comes first, then what anybody can use.
    private static readonly ImmutableArray<string> Order = [Advisory.Avoid, Advisory.Fault, Advisory.Security];

    public static IEnumerable<Finding> Of(MemberReading member, AdvisoryTable table)
    {
        if (VersionOf(member) is not { } version || table.IsUnknown(version))
            yield break;
        var known = table.Of(version).OrderBy(one => one.If is null ? 0 : 1).ThenBy(one => Order.IndexOf(one.Level))
            .ThenByDescending(one => one.Date, StringComparer.Ordinal).ToArray();
        var newest = table.NewestOf(version);
        if (Array.Find(known, one => one.Level is Advisory.Avoid) is { } worst)
        {
            yield return new("EtcdVersionUnsafe", Severity.Warning, member.Endpoint,
                Summary: $"etcd {version} must not be run: {worst.Why} ({worst.Id}).",
                NextStep: $"Upgrade to {newest}, one member after the other, the leader last.");
        }
        else if (known.Length > 0 || table.HasEnded(version))
        {
            yield return new("EtcdVersionOutdated", Severity.Info, member.Endpoint,
                Summary: string.Join(' ', Outdated(version, known, table)),
                NextStep: version == newest
                    ? "Plan the upgrade to the next minor version: "
                        + $"check --upgrade={Next(version)} prints what it takes."
                    : $"Upgrade to {newest}, one member after the other, the leader last.");
        }
        if (Blocker(table, version) is { } blocker)
        {
            yield return new("EtcdUpgradeBlocked", Severity.Info, member.Endpoint,
                Summary: $"etcd {version} may not be upgraded to {blocker.To} yet: {blocker.Why} ({blocker.Id}).",
                NextStep: $"Upgrade to {newest} first. check --upgrade={blocker.To} prints the list and the order.");
        }
    }

    /// <summary>The version of a member; <see langword="null"/> if it is not known.</summary>
    public static EtcdVersion? VersionOf(MemberReading member) =>
        member.Identity is { Version: var text } ? EtcdVersion.Parse(text) : null;

    /// <summary>The version in whose form a member keeps its data; <see langword="null"/> if that is its own minor
    /// version, or not known (before etcd 3.6).</summary>
    public static EtcdVersion? OldStorageOf(MemberReading member) =>
        member.Identity is { StorageVersion: var text } && EtcdVersion.Parse(text) is { } storage
        && VersionOf(member) is { } version && !storage.HasSameMinor(version)
            ? storage
            : null;

    private static IEnumerable<string> Outdated(EtcdVersion version, Advisory[] known, AdvisoryTable table)
    {
        if (table.HasEnded(version))
            yield return $"etcd {version.MinorText} gets no more repairs.";
        if (known is [var first, ..])
        {
            var others = known.Length > 1 ? $", the gravest of {known.Length} that are known" : "";
            yield return $"etcd {version} has a fault{others}: {first.Why} ({first.Id})"
                + (first.If is { } condition ? $", if it uses {condition}." : ".");
        }
    }

    // What depends on the configuration is left to check --upgrade.
    private static Advisory? Blocker(AdvisoryTable table, EtcdVersion version) => table.Advisories
        .Where(one => one.Level is Advisory.Upgrade && one.If is null && one.To == Next(version) && one.IsIn(version))
        .OrderByDescending(one => one.Date, StringComparer.Ordinal).FirstOrDefault();

    private static string Next(EtcdVersion version) => $"{version.Major}.{version.Minor + 1}";
}
