using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The next command for a finding, as it works on this node without the API server. None of them deletes a
/// key; a compaction drops old revisions.</summary>
internal sealed class NodeCommands(NodeState state)
{
    private const string KernelLog = "dmesg -T | tail -n 50";

    private readonly EtcdctlCommand _etcdctl = new(
        state.Etcd,
        state.Members?.Members.Select(member => member.Identity?.Version).OfType<string>().FirstOrDefault() ?? "");

    /// <returns><see langword="null"/> if the next step is not a command.</returns>
    public string? Of(Finding finding) =>
        OfEtcd(finding) ?? OfDisk(finding) ?? OfCertificate(finding) ?? OfBackup(finding);

    private string? OfBackup(Finding finding) => finding.Code switch
    {
        "EtcdBackupTooOld" when state.Etcd is { Snapshots: not null, Kind: var kind } => $"{kind} etcd-snapshot save",
        "EtcdBackupBroken" => $"etcd-sentinel-exporter check --backup={Quoted(finding.Subject)}",
        "EtcdBackupOnEtcdDisk" or "EtcdBackupOnlyHere" => $"findmnt -T {Quoted(finding.Subject)}",
        "EtcdBackupShrank" => $"ls -lt {Quoted(Path.GetDirectoryName(finding.Subject) ?? "/")}",
        _ => null,
    };

    private string? OfEtcd(Finding finding) => finding.Code switch
    {
        "EtcdMemberUnreachable" when RemoteHost(finding.Subject) is { } host => CheckOn(host),
        "EtcdDown" or "EtcdMemberUnreachable" or "EtcdMemberStuck" => _etcdctl.Log,
        "EtcdNoQuorum" or "EtcdQuorumFragile" or "EtcdNoLeader" or "EtcdVersionsDiffer" or "EtcdQuotaMismatch" =>
            StatusOf(finding),
        "EtcdNoSpaceAlarm" => "etcd-sentinel-exporter recover nospace",
        "EtcdCorruptAlarm" => _etcdctl.At(Endpoints(finding), "endpoint hashkv --cluster -w table"),
        "EtcdDatabaseQuotaLowSpace" or "EtcdDatabaseQuotaCritical" or "EtcdHighFragmentation" =>
            DefragmentationHelps(finding)
                ? _etcdctl.At(finding.Subject, "--command-timeout=15m defrag")
                : StatusOf(finding),
        "EtcdDatabaseFullOfLiveData" => Counts(finding),
        "EtcdJoinUnfinished" => _etcdctl.At(Endpoints(finding), "member list -w table"),
        "EtcdSlowApplies" => _etcdctl.At(finding.Subject, "endpoint status -w table"),
        _ => null,
    };

    private string? OfDisk(Finding finding) => finding.Code switch
    {
        // The slow disk is on the node of the slow member.
        "EtcdFsyncDurationCritical" or "EtcdHighFsyncDuration" or "EtcdHighCommitDuration"
            when RemoteHost(finding.Subject) is { } host => CheckOn(host),
        "EtcdFsyncDurationCritical" or "EtcdHighFsyncDuration" or "EtcdHighCommitDuration" =>
            state.Storage?.Roles.EtcdDisks is [var disk, ..] ? Smartctl(disk) : "iostat -x 5 3",
        "EtcdDiskSlowFlush" or "EtcdDiskBusy" => "pidstat -d 5 3",
        "EtcdDiskStalled" or "EtcdDataDirUnusable" or "EtcdFilesystemErrors" or "DiskHung" or "EtcdDiskHung" =>
            KernelLog,
        "EtcdDataDirGone" or "EtcdDiskUnresolved" or "EtcdDiskShared" => $"findmnt -T {Quoted(DataDir)}",
        "EtcdDataDirFull" or "EtcdDataDirLowSpace" =>
            $"df -h {Quoted(finding.Subject)}; du -xhd1 {MountOf(finding)} | sort -h | tail",
        "EtcdDataDirLowInodes" => $"du --inodes -xd1 {MountOf(finding)} | sort -n | tail",
        "DiskBehindController" => "etcd-sentinel-exporter drives --suggest",
        "DiskUnreadable" or "DiskHealthIncomplete" or "DiskFailing" or "EtcdDiskFailing" or "DiskWornOut"
            or "DiskWearHigh" or "DiskCommandTimeoutHistory" or "DiskMediaErrors" or "DiskPendingSectors"
            or "DiskReplaceSoon" or "DiskHot" => Smartctl(JointFindings.DeviceOf(finding)),
        _ => null,
    };

    private string? OfCertificate(Finding finding) => finding.Code switch
    {
        "CertificateExpiringSoon" or "CertificateExpiringCritical" or "CAExpiringSoon" or "CAExpiringCritical"
            when state.Certificates?.Plan.Profile is "kubeadm" => "kubeadm certs check-expiration",
        "CertificateExpiringSoon" or "CertificateExpiringCritical" or "CAExpiringSoon" or "CAExpiringCritical"
            or "CertificateNotYetValid" or "LeafNotIssuedByCA" when IsPlain(finding.Subject) =>
            $"openssl x509 -noout -subject -issuer -dates -in {Quoted(finding.Subject)}",
        "CertificateFileMissing" or "CertificateUnreadable" => $"ls -l {Quoted(finding.Subject)}",
        _ => null,
    };

    // A kubeconfig has its certificates inside.
    private static bool IsPlain(string path) => !path.EndsWith(".conf", StringComparison.Ordinal)
        && !path.EndsWith(".kubeconfig", StringComparison.Ordinal);

    // Where something can be freed. The leader comes last, unless it is alone.
    private bool DefragmentationHelps(Finding finding)
    {
        var members = MembersOf(finding).ToArray();
        return Array.Find(members, member => member.Endpoint == finding.Subject) is
        { Status: { FragmentationRatio: > MembersFindings.FragmentationWarning, IsLeader: var leads } }
            && (!leads || members.Length == 1);
    }

    private string StatusOf(Finding finding) => _etcdctl.At(Endpoints(finding), "endpoint status -w table");

    // With a limit etcd counts in its index. Listing all keys would load their values into its memory. All members have
    // the same keys: one is asked.
    private string Counts(Finding finding) =>
        "for r in events pods secrets configmaps replicasets leases; do echo \"$r\"; "
            + _etcdctl.At(
                Endpoints(finding).Split(',')[0],
                "get /registry/$r/ --prefix --keys-only --limit=1 --consistency=s -w fields")
            + " | grep Count; done";

    private string Endpoints(Finding finding)
    {
        var members = MembersOf(finding).ToArray();
        var up = Array.FindAll(members, member => member.IsUp);
        return string.Join(',', (up.Length > 0 ? up : members).Select(member => member.Endpoint));
    }

    // There may be several clusters; all members if the finding does not tell which.
    private IEnumerable<MemberReading> MembersOf(Finding finding)
    {
        var all = state.Members?.Members ?? [];
        var cluster = all.FirstOrDefault(member => member.Endpoint == finding.Subject)?.Identity?.ClusterId;
        return cluster is null ? all : all.Where(member => member.Identity?.ClusterId == cluster);
    }

    private static string MountOf(Finding finding) => $"\"$(findmnt -nro TARGET -T {Quoted(finding.Subject)})\"";

    private static string CheckOn(string host) => $"ssh {Quoted(host)} etcd-sentinel-exporter check";

    // The log and the disk of another member are on another node.
    private string? RemoteHost(string endpoint) => !JointFindings.IsLocal(state, endpoint)
        && Uri.TryCreate(endpoint, UriKind.Absolute, out var url) ? url.DnsSafeHost : null;

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
