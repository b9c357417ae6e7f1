using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The next command for a finding, as it works on this node without the API server. None of them deletes
/// data.</summary>
internal sealed class NodeCommands(NodeState state)
{
    private const string KernelLog = "dmesg -T | tail -n 50";

    private readonly EtcdctlCommand _etcdctl = new(state.Etcd);

    /// <returns><see langword="null"/> if the next step is not a command.</returns>
    public string? Of(Finding finding) => OfEtcd(finding) ?? OfDisk(finding) ?? OfCertificate(finding);

    private string? OfEtcd(Finding finding) => finding.Code switch
    {
        "EtcdMemberUnreachable" when RemoteHost(finding.Subject) is { } host => $"ping -c 3 {Quoted(host)}",
        "EtcdDown" or "EtcdMemberUnreachable" or "EtcdMemberStuck" => _etcdctl.Log,
        "EtcdNoQuorum" or "EtcdQuorumFragile" or "EtcdNoLeader" or "EtcdVersionsDiffer" or "EtcdQuotaMismatch" =>
            _etcdctl.At(Endpoints, "endpoint status -w table"),
        "EtcdNoSpaceAlarm" => Revision() is { } revision
            ? _etcdctl.At(Endpoints, $"--command-timeout=10m compaction --physical {revision}")
            : _etcdctl.At(Endpoints, "endpoint status -w table"),
        "EtcdCorruptAlarm" => _etcdctl.At(Endpoints, "endpoint hashkv --cluster -w table"),
        "EtcdDatabaseQuotaLowSpace" or "EtcdDatabaseQuotaCritical" or "EtcdHighFragmentation" =>
            _etcdctl.At(finding.Subject, "--command-timeout=15m defrag"),
        "EtcdDatabaseFullOfLiveData" => _etcdctl.At(
            finding.Subject, "get /registry --prefix --keys-only --consistency=s")
                + " | cut -d/ -f3 | sort | uniq -c | sort -n | tail",
        "EtcdJoinUnfinished" => _etcdctl.At(Endpoints, "member list -w table"),
        "EtcdSlowApplies" => _etcdctl.At(finding.Subject, "endpoint status -w table"),
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
        "EtcdDataDirFull" or "EtcdDataDirLowSpace" => $"df -h {Quoted(finding.Subject)}; du -xhd1 / | sort -h | tail",
        "EtcdDataDirLowInodes" => "du --inodes -xd1 / | sort -n | tail",
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

    private string Endpoints => string.Join(',', state.Members?.Members
        .Where(member => member.IsUp).Select(member => member.Endpoint) is { } up && up.Any()
            ? up
            : state.Members?.Members.Select(member => member.Endpoint) ?? []);

    // The log of another member is on another node: first, is that one there?
    private static string? RemoteHost(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && !url.IsLoopback ? url.DnsSafeHost : null;

    private string? Revision() => state.Members?.Members
        .Select(member => member.Status?.Revision).Max()?.ToString(CultureInfo.InvariantCulture);

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

/// <summary>How etcdctl and etcd's log are reached on this node.</summary>
/// <param name="etcd">How etcd was started; <see langword="null"/> if unknown.</param>
internal sealed class EtcdctlCommand(EtcdInstallation? etcd)
{
    private const string Crictl = "crictl";

    private const string Rke2Crictl =
        "/var/lib/rancher/rke2/bin/crictl -c /var/lib/rancher/rke2/agent/etc/crictl.yaml";

    /// <summary>The last lines of etcd's log.</summary>
    public string Log => etcd switch
    {
        { Unit: { } unit } => $"journalctl -u {NodeCommands.Quoted(unit)} -n 50 --no-pager",
        { Kind: "k3s" } => "journalctl -u k3s -n 50 --no-pager",
        { Kind: "k0s" } => "journalctl -u k0scontroller -n 50 --no-pager",
        { Kind: "kubeadm" or "static-pod" or "rke2" } =>
            $"{Runtime} logs --tail 50 $({Runtime} ps -aq --name '^etcd$' | head -n 1)",
        { Kind: "process" } => "journalctl _COMM=etcd -n 50 --no-pager",
        _ => "journalctl -u etcd -n 50 --no-pager",
    };

    /// <param name="endpoints">Client URLs, separated by commas.</param>
    /// <param name="words">Command and options.</param>
    public string At(string endpoints, string words) =>
        $"{Program} --endpoints={NodeCommands.Quoted(endpoints)}{Files} {words}";

    private string Program => etcd is { Kind: "kubeadm" or "static-pod" or "rke2" }
        ? $"{Runtime} exec $({Runtime} ps -q --name '^etcd$' | head -n 1) etcdctl"
        : "ETCDCTL_API=3 etcdctl";

    private string Files => string.Concat(
        Option("cacert", etcd?.CaFile), Option("cert", etcd?.CertFile), Option("key", etcd?.KeyFile));

    private string Runtime => etcd is { Kind: "rke2" } ? Rke2Crictl : Crictl;

    private static string Option(string name, string? file) =>
        file is null ? "" : $" --{name}={NodeCommands.Quoted(file)}";
}
