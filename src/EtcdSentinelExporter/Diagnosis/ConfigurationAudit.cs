using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>An option of etcd, how it is set, and what to think of it.</summary>
/// <param name="Source">The file that starts etcd.</param>
/// <param name="Note">Empty if there is nothing to say.</param>
internal sealed record AuditedOption(string Source, string Option, string Value, string Note, Severity? Level = null);

/// <summary>Options of etcd that matter on the night. None of them is a finding: kubeadm's are what they are.</summary>
internal static class ConfigurationAudit
{
    private const double MinTimeoutsPerHeartbeat = 5;
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DefaultElection = TimeSpan.FromMilliseconds(1000);

    // Above it etcd's maintainers see too much memory and too long defragmentations.
    private const long MaxSuggestedQuota = 8L << 30;

    public static IEnumerable<AuditedOption> Of(EtcdInstallation etcd) =>
    [
        AutoCompaction(etcd), Quota(etcd), Heartbeat(etcd), Election(etcd), InitialCheck(etcd), CompactCheck(etcd),
        PeriodicCheck(etcd), Snapshots(etcd),
        .. Notes(etcd),
    ];

    private static AuditedOption AutoCompaction(EtcdInstallation etcd)
    {
        var isOff = etcd.AutoCompactionRetention is null || etcd.CompactionRetention == TimeSpan.Zero;
        return new(etcd.Source, "auto-compaction-retention", etcd.AutoCompactionRetention ?? "0 (default)",
            isOff ? "off: kube-apiserver compacts every 5 minutes; an etcd of something else needs it" : "");
    }

    private static AuditedOption Quota(EtcdInstallation etcd) => etcd switch
    {
        { QuotaIsKnown: false } => new(etcd.Source, "quota-backend-bytes", "", "cannot be read"),
        { QuotaBytes: null or 0 } => new(etcd.Source, "quota-backend-bytes",
            $"{ReportCell.Size(MemberQuotas.DefaultBytes)} (default)", "8 GiB is what large clusters use"),
        { QuotaBytes: < 0 } => new(etcd.Source, "quota-backend-bytes", "off",
            "without a quota the database grows until the disk is full", Severity.Warning),
        { QuotaBytes: > MaxSuggestedQuota and var bytes } => new(etcd.Source, "quota-backend-bytes",
            ReportCell.Size(bytes), "more than the 8 GiB that etcd suggests: a defragmentation takes long"),
        { QuotaBytes: < MemberQuotas.DefaultBytes and var bytes } => new(etcd.Source, "quota-backend-bytes",
            ReportCell.Size(bytes), $"less than etcd's default of {ReportCell.Size(MemberQuotas.DefaultBytes)}",
            Severity.Warning),
        { QuotaBytes: var bytes } => new(etcd.Source, "quota-backend-bytes", ReportCell.Size(bytes.Value), ""),
    };

    private static AuditedOption Heartbeat(EtcdInstallation etcd) => new(
        etcd.Source, "heartbeat-interval", Time(etcd.HeartbeatInterval, DefaultHeartbeat), "");

    private static AuditedOption Election(EtcdInstallation etcd)
    {
        var (heartbeat, election) = (
            etcd.HeartbeatInterval ?? DefaultHeartbeat, etcd.ElectionTimeout ?? DefaultElection);
        var isShort = election < MinTimeoutsPerHeartbeat * heartbeat;
        return new(etcd.Source, "election-timeout", Time(etcd.ElectionTimeout, DefaultElection),
            isShort
                ? "less than 5 heartbeats: etcd does not start with it"
                : "same on all members, about 10 heartbeats",
            isShort ? Severity.Warning : null);
    }

    // A flag until 3.5, a feature gate from 3.6 on; 3.7 has the gate alone.
    private static AuditedOption InitialCheck(EtcdInstallation etcd) => new(
        etcd.Source, "InitialCorruptCheck", Switch(etcd.InitialCorruptCheck),
        etcd.InitialCorruptCheck
            ? ""
            : "a member that differs from the others starts all the same: "
                + "--feature-gates=InitialCorruptCheck=true (3.6 and later), "
                + "--experimental-initial-corrupt-check=true (before)");

    private static AuditedOption CompactCheck(EtcdInstallation etcd) => new(
        etcd.Source, "CompactHashCheck", Switch(etcd.CompactHashCheck),
        etcd.CompactHashCheck
            ? ""
            : "members that differ are noticed only at a start: --feature-gates=CompactHashCheck=true (3.6 and later), "
                + "--experimental-compact-hash-check-enabled=true (3.5.5 and later)");

    private static AuditedOption PeriodicCheck(EtcdInstallation etcd) => new(
        etcd.Source, "corrupt-check-time", etcd.CorruptCheckTime ?? "0s (default)",
        etcd.CorruptCheckTime is null or "0" or "0s" ? "" : "reads all data of all members each time");

    private static string Switch(bool isOn) => isOn ? "on" : "off";

    private static AuditedOption Snapshots(EtcdInstallation etcd) => new(
        etcd.Source, "snapshot-count",
        etcd.SnapshotCount?.ToString(CultureInfo.InvariantCulture) ?? "default", "");

    private static IEnumerable<AuditedOption> Notes(EtcdInstallation etcd) =>
        etcd.Notes.Select(note => new AuditedOption(etcd.Source, "", "", note, Severity.Warning));

    private static string Time(TimeSpan? set, TimeSpan usual) =>
        set is { } time ? ReportCell.Duration(time) : $"{ReportCell.Duration(usual)} (default)";
}
