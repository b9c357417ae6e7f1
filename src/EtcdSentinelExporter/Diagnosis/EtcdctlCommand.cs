using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>How etcdctl and etcd's log are reached on this node.</summary>
/// <param name="etcd">How etcd was started; <see langword="null"/> if unknown.</param>
/// <param name="version">Version of etcd; empty if unknown.</param>
internal sealed class EtcdctlCommand(EtcdInstallation? etcd, string version = "")
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

    /// <summary>True if etcdctl is in etcd's container.</summary>
    public bool IsInContainer => etcd is { Kind: "kubeadm" or "static-pod" or "rke2" };

    /// <summary>An etcdctl outside of a container. From 3.6 on it does not know the variable any more.</summary>
    public string Plain => MemberQuotas.IsAtLeast36(version) ? "etcdctl" : "ETCDCTL_API=3 etcdctl";

    private string Program => IsInContainer
        ? $"{Runtime} exec \"$({Runtime} ps -q --name '^etcd$' | head -n 1)\" etcdctl"
        : Plain;

    /// <summary>The options that name the certificates; empty without TLS. Else with a space before each.</summary>
    public string Files => FilesOf(etcd?.CaFile, etcd?.CertFile, etcd?.KeyFile);

    /// <inheritdoc cref="Files"/>
    public static string FilesOf(string? ca, string? certificate, string? key) =>
        string.Concat(Option("cacert", ca), Option("cert", certificate), Option("key", key));

    private string Runtime => etcd is { Kind: "rke2" } ? Rke2Crictl : Crictl;

    private static string Option(string name, string? file) =>
        file is null ? "" : $" --{name}={NodeCommands.Quoted(file)}";
}
