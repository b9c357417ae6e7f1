using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Commands that solve a problem, per distribution.</summary>
/// <param name="Renew">Renews a certificate that expires soon.</param>
/// <param name="Restore">Restores a missing file.</param>
internal sealed record Remedy(string Renew, string Restore)
{
    private const string Manual =
        "It is not renewed automatically: follow \"Manual Rotation of CA Certificates\" in the documentation of "
        + "Kubernetes";

    private const string OtherTool = "Renew it with the tool that issued it";

    /// <summary>Names that <c>kubeadm certs renew</c> accepts.</summary>
    public static readonly ImmutableArray<string> OfKubeadm =
    [
        "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client", "etcd-server",
        "etcd-peer", "etcd-healthcheck-client", "admin.conf", "super-admin.conf", "controller-manager.conf",
        "scheduler.conf",
    ];

    /// <summary>Returns the distribution's commands for a file of its profile, and general advice for any other
    /// file.</summary>
    public static Remedy Of(string profile, FileReading file)
    {
        var row = KnownProfiles.All.First(known => known.Name == profile)
            .Files.FirstOrDefault(row => row.Matches(file.Path));
        var renew = row is null ? OtherTool : RenewWith(profile, row, file.Path);
        var verify = $"verify: {Verify.Of(profile, file.Path, row?.Role ?? FileRole.Unknown)}";
        return new(
            $"{renew}; {verify}",
            $"Restore {Verify.Quoted(file.Path)} from a backup, or create it again: {renew}; {verify}");
    }

    private static string RenewWith(string profile, ProfileFile row, string path) => profile switch
    {
        "kubeadm" or "kubespray" or "openshift" when row.Name is "kubelet-client" or "kubelet-server" =>
            OfKubelet(path),
        "kubeadm" or "kubespray" when row.Role is FileRole.Authority => Manual,
        "kubeadm" when OfKubeadm.Contains(row.Name, StringComparer.Ordinal) =>
            $"kubeadm certs renew {row.Name}{Then(row.Name)}",
        "kubespray" when row.Name.StartsWith("etcd-", StringComparison.Ordinal) =>
            "ansible-playbook upgrade-cluster.yml --tags etcd",
        "kubespray" => "/usr/local/bin/k8s-certs-renew.sh",
        "k3s" or "rke2" => OfRancher(profile, row),
        "k0s" when row.Role is FileRole.Authority => Manual,
        "k0s" => "systemctl restart k0scontroller # renews leaves that expire within a month",
        "talos" => OfTalos(row),
        "openshift" => "oc get clusteroperators etcd kube-apiserver # the operators renew: find out why they do not",
        _ => OtherTool,
    };

    // kubelet replaces its self-signed certificate only if certificate and key are both missing.
    private static string OfKubelet(string path) => path.EndsWith("/kubelet.crt", StringComparison.Ordinal)
        ? $"mv {path} {path[..^".crt".Length]}.key /tmp/ && systemctl restart kubelet"
        : "systemctl restart kubelet # renews by itself: check kubectl get csr and journalctl -u kubelet";

    private static string OfRancher(string program, ProfileFile row)
    {
        if (row.Role is FileRole.Authority)
        {
            return $"{program} certificate rotate-ca --path=/var/lib/rancher/{program}/server/rotate-ca"
                + $" # first put the new CAs there, as the documentation of {program} says";
        }
        var service = program == "rke2" ? "rke2-server" : program;
        return $"systemctl stop {service} && {program} certificate rotate && systemctl start {service}";
    }

    private static string OfTalos(ProfileFile row) => row.Name switch
    {
        "ca" => "talosctl rotate-ca --talos=false --dry-run=true # then the same with --dry-run=false",
        _ when row.Role is FileRole.Authority =>
            "talosctl rotate-ca does not rotate this CA: follow the documentation of Talos",
        "kubelet-client" or "kubelet-server" => "talosctl service kubelet restart # kubelet renews by itself",
        _ => "talosctl reboot # Talos renews leaves after half of their lifetime",
    };

    private static string Then(string name) => name switch
    {
        "apiserver" or "admin.conf" or "super-admin.conf" or "etcd-server" or "etcd-peer"
            or "etcd-healthcheck-client" => "",
        "controller-manager.conf" => $" && {Restarted(Component.ControllerManager)}",
        "scheduler.conf" => $" && {Restarted(Component.Scheduler)}",
        _ => $" && {Restarted(Component.ApiServer)}",
    };

    private static string Restarted(string component) => Restart.Of("kubeadm", component);
}
