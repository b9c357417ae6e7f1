using System.Globalization;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Tables about disks, folders, certificates and the collectors themselves.</summary>
internal static class NodeTables
{
    public static ReportTable Disks(NodeState state) => ReportTable.Of(
        "disks", "Disks of this node", DiskRow.All(state),
        new("device", "Disk", row => ReportCell.Of(row.Device)),
        new("model", "Model", row => ReportCell.Of(row.Drive?.Identity?.Model)),
        new("roles", "Carries", row => ReportCell.Of(string.Join(", ", row.Roles))),
        new("state", "SMART", row => ReportCell.Of(row.Drive?.State) with
        {
            Level = row.Drive is { } drive && ReadState.IsBlind(drive.State) ? Severity.Warning : null,
        }),
        new("healthy", "Healthy", row => ReportCell.Of(row.Drive?.Health?.Passed) with
        {
            Level = row.Drive?.Health?.Passed is false ? Severity.Critical : null,
        }),
        new("power_on_seconds", "In use", row => ReportCell.Age(row.Drive?.Health?.PowerOn), isNumber: true),
        new("endurance_used_ratio", "Worn", row => ReportCell.Percent(row.Drive?.Endurance?.UsedRatio) with
        {
            Level = row.Drive?.Endurance?.UsedRatio >= DrivesFindings.WornOut ? Severity.Warning : null,
        }, isNumber: true),
        new("command_timeouts", "Timeouts", row => ReportCell.Of(row.Drive?.Health?.CommandTimeouts?.Total),
            isNumber: true),
        new("flush_seconds", "Flush", row => Flush(row.Load), isNumber: true),
        new("utilisation_ratio", "Busy", row => ReportCell.Percent(row.Load?.UtilisationRatio), isNumber: true));

    public static ReportTable Folders(IEnumerable<EtcdFolder> folders, DateTimeOffset now) => ReportTable.Of(
        "folders", "Folders of etcd on this node", folders,
        new("path", "Path", folder => ReportCell.Of(folder.Of.Path)),
        new("state", "State", folder => ReportCell.Of(folder.Use.State)),
        new("backend_bytes", "Database", folder => Part(folder, DirectoryUse.Backend), isNumber: true),
        new("wal_bytes", "WAL", folder => Part(folder, DirectoryUse.Wal), isNumber: true, isExtra: true),
        new("last_write_age_seconds", "Last write", folder => ReportCell.Age(now - folder.Use.LastWrite),
            isNumber: true),
        new("available_bytes", "Free", folder => ReportCell.Bytes(folder.Space?.AvailableBytes), isNumber: true,
            isExtra: true),
        new("available_ratio", "Free %", folder => Free(folder.Space), isNumber: true),
        new("read_only", "Read-only", folder => ReportCell.Of(folder.IsReadOnly) with
        {
            Level = folder.IsReadOnly is true ? Severity.Critical : null,
        }));

    public static ReportTable Certificates(CertificatesReading? reading) => ReportTable.Of(
        "certificates", "Certificates of this node", CertificateRow.All(reading),
        new("name", "Name", row => ReportCell.Of(row.File.Name)),
        new("kind", "Kind", row => ReportCell.Of(row.Certificate.Kind), isExtra: true),
        new("days_left", "Days left", row => ReportCell.Of(row.DaysLeft, "0.#", row.OfDays) with
        {
            Level = row.Level,
        }, isNumber: true),
        new("not_after", "Expires", row => ReportCell.Of(
            row.Certificate.Facts.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        new("path", "File", row => ReportCell.Of(row.File.Path)));

    public static ReportTable Collectors(ImmutableArray<CollectorPoll> polls, DateTimeOffset now) => ReportTable.Of(
        "collectors", "Collectors", polls,
        new("collector", "Collector", poll => ReportCell.Of(poll.Name)),
        new("age_seconds", "Last poll", poll => ReportCell.Age(now - poll.Last?.TakenAt), isNumber: true),
        new("took_seconds", "Took", poll => ReportCell.Age(poll.Last?.Took), isNumber: true),
        new("subjects", "Items", poll => ReportCell.Of(poll.Last?.Subjects), isNumber: true),
        new("result", "Result", poll => Result(poll, now)));

    private static ReportCell Flush(DiskLoad? load) =>
        ReportCell.Age(load?.FlushLatencySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null) with
        {
            Level = load?.FlushLatencySeconds > FlushLimits.SlowSeconds ? Severity.Warning : null,
        };

    private static ReportCell Part(EtcdFolder folder, string part) =>
        ReportCell.Bytes(folder.Use.Parts.FirstOrDefault(one => one.Name == part)?.Use.Bytes);

    private static ReportCell Free(FileSystemSpace? space) =>
        ReportCell.Percent(space is { SizeBytes: > 0 } ? space.AvailableBytes / space.SizeBytes : null);

    private static ReportCell Result(CollectorPoll poll, DateTimeOffset now) => poll switch
    {
        { Last: null } => ReportCell.Of("not polled yet"),
        { Last.Failure: { } failure } => ReportCell.Of($"failed: {failure.Reason}") with { Level = Severity.Warning },
        _ when poll.IsOutdated(now) => ReportCell.Of("outdated") with { Level = Severity.Warning },
        _ => ReportCell.Of("ok"),
    };

    /// <summary>A disk with a role, or one that SMART knows.</summary>
    private sealed record DiskRow(string Device, ImmutableArray<string> Roles, DriveReading? Drive, DiskLoad? Load)
    {
        public static IEnumerable<DiskRow> All(NodeState state)
        {
            var places = state.Storage?.Roles.Places ?? [];
            var devices = (state.Storage?.Roles.Disks.Select(disk => disk.Device) ?? [])
                .Concat(state.Drives?.Drives.Select(drive => drive.Drive.Device) ?? []);
            return devices.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(device => new DiskRow(
                device,
                [
                    .. places.Where(place => place.Disks.Any(disk => disk.Device == device))
                        .Select(place => place.Of is { Owner: { Length: > 0 } owner } ? owner : place.Of.Role)
                        .Distinct(StringComparer.Ordinal),
                ],
                state.Drives?.Drives.FirstOrDefault(drive => drive.Drive.Device == device),
                state.Storage?.Io.ByDisk.GetValueOrDefault(device)?.Load));
        }
    }

    /// <summary>A certificate that somebody verifies.</summary>
    private sealed record CertificateRow(FileReading File, CertificateReading Certificate, DateTimeOffset At)
    {
        public double DaysLeft => (Certificate.Facts.NotAfter - At).TotalDays;

        // One day left is much of a lifetime of one day.
        public string OfDays => string.Create(
            CultureInfo.InvariantCulture,
            $" of {(Certificate.Facts.NotAfter - Certificate.Facts.NotBefore).TotalDays:0}");

        public Severity? Level => Expiry.Of(File, Certificate, At)?.Severity;

        /// <summary>The next to expire first.</summary>
        public static IEnumerable<CertificateRow> All(CertificatesReading? reading) => reading is null
            ? []
            : from file in reading.Files
              from certificate in file.Certificates
              where certificate.Kind is CertificateReading.Leaf or CertificateReading.Authority
              orderby certificate.Facts.NotAfter
              select new CertificateRow(file, certificate, reading.At);
    }
}
