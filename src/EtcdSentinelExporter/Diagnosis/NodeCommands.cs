using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The next command for a finding, as it works on this node without the API server. None of them deletes a
/// key; a compaction drops old revisions.</summary>
internal sealed class NodeCommands(NodeState state)
{
    /// <summary>This program's name.</summary>
    internal const string Program = "etcd-sentinel-exporter";

    private const string KernelLog = "dmesg -T | tail -n 50";

    private readonly MemberCommands _ofMembers = new(state);

    /// <returns><see langword="null"/> if the next step is not a command.</returns>
    public string? Of(Finding finding) =>
        _ofMembers.Of(finding) ?? OfDisk(finding) ?? OfCertificate(finding) ?? OfBackup(finding);

    private string? OfBackup(Finding finding) => finding.Code switch
    {
        "EtcdBackupTooOld" when state.Etcd is { Snapshots: not null, Kind: var kind } => $"{kind} etcd-snapshot save",
        "EtcdBackupBroken" => $"{Program} check --backup={Quoted(finding.Subject)}",
        "EtcdBackupOnEtcdDisk" or "EtcdBackupOnlyHere" => $"findmnt -T {Quoted(finding.Subject)}",
        "EtcdBackupShrank" => $"ls -lt {Quoted(Path.GetDirectoryName(finding.Subject) ?? "/")}",
        _ => null,
    };

    private string? OfDisk(Finding finding) => finding.Code switch
    {
        "EtcdFsyncDurationCritical" or "EtcdHighFsyncDuration" or "EtcdHighCommitDuration" =>
            state.Storage?.Roles.EtcdDisks is [var disk, ..] ? Smartctl(disk) : "iostat -x 5 3",
        "EtcdDiskSlowFlush" or "EtcdDiskBusy" => "pidstat -d 5 3",
        "EtcdDiskStalled" or "EtcdDataDirUnusable" or "EtcdFilesystemErrors" or "DiskHung" or "EtcdDiskHung" =>
            KernelLog,
        "EtcdDataDirGone" or "EtcdDiskUnresolved" or "EtcdDiskShared" => $"findmnt -T {Quoted(DataDir)}",
        "EtcdDataDirFull" or "EtcdDataDirLowSpace" =>
            $"df -h {Quoted(finding.Subject)}; du -xhd1 {MountOf(finding)} | sort -h | tail",
        "EtcdDataDirLowInodes" => $"du --inodes -xd1 {MountOf(finding)} | sort -n | tail",
        "EtcdDiskFailing" => $"{Program} recover disk",
        "DiskBehindController" => $"{Program} drives --suggest",
        "DiskUnreadable" or "DiskHealthIncomplete" or "DiskFailing" or "DiskWornOut"
            or "DiskWearHigh" or "DiskCommandTimeoutHistory" or "DiskMediaErrors" or "DiskPendingSectors"
            or "DiskReplaceSoon" or "DiskHot" => Smartctl(JointFindings.DeviceOf(finding)),
        _ => null,
    };

    private static string? OfCertificate(Finding finding) => finding.Code switch
    {
        "CertificateExpiringSoon" or "CertificateExpiringCritical" or "CAExpiringSoon" or "CAExpiringCritical"
            or "ServedCertificateExpiring" or "ComponentRestartNeeded" => $"{Program} recover certificates",
        "CertificateNotYetValid" or "LeafNotIssuedByCA" when IsPlain(finding.Subject) =>
            $"openssl x509 -noout -subject -issuer -dates -in {Quoted(finding.Subject)}",
        "CertificateFileMissing" or "CertificateUnreadable" => $"ls -l {Quoted(finding.Subject)}",
        _ => null,
    };

    // A kubeconfig has its certificates inside.
    private static bool IsPlain(string path) => !path.EndsWith(".conf", StringComparison.Ordinal)
        && !path.EndsWith(".kubeconfig", StringComparison.Ordinal);

    private static string MountOf(Finding finding) => $"\"$(findmnt -nro TARGET -T {Quoted(finding.Subject)})\"";

    private string DataDir => state.Storage?.Folders.FirstOrDefault()?.Of.Path ?? "/var/lib/etcd";

    private string Smartctl(string device)
    {
        var drive = state.Drives?.Drives.FirstOrDefault(one => one.Drive.Device == device)?.Drive;
        return drive is null ? $"smartctl -x {Quoted($"/dev/{device}")}"
            : $"smartctl -x {(drive.Type is { } type ? $"-d {Quoted(type)} " : "")}{Quoted(drive.Path)}";
    }

    /// <summary>Quotes a word for the shell, unless it needs none.</summary>
    internal static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:@%+=,".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
