using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates;

/// <summary>The commands that help, per distribution.</summary>
/// <param name="Renew">For a certificate that ends soon.</param>
/// <param name="Restore">For a file that is gone.</param>
internal sealed record Remedy(string Renew, string Restore)
{
    private const string ByHand =
        "It is never renewed: follow \"Manual Rotation of CA Certificates\" in the documentation of Kubernetes";

    // What kubeadm certs renew takes, by name.
    private static readonly ImmutableArray<string> OfKubeadm =
    [
        "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client", "etcd-server",
        "etcd-peer", "etcd-healthcheck-client", "admin.conf", "super-admin.conf", "controller-manager.conf",
        "scheduler.conf",
    ];

    /// <summary>Only a file of the profile is one that its distribution renews.</summary>
    public static Remedy Of(string profile, FileReading file)
    {
        var row = KnownProfiles.All.First(one => one.Name == profile).Files.FirstOrDefault(row => row.Holds(file.Path));
        var renew = row is null ? "Renew it with what made it" : RenewWith(profile, row, file.Path);
        var verify = $"verify: {Verify.Of(profile, file.Path, row?.Role ?? FileRole.Unknown)}";
        return new(
            $"{renew}; {verify}",
            $"Bring {Verify.Quoted(file.Path)} back from a backup, or make it anew: {renew}; {verify}");
    }

    private static string RenewWith(string profile, ProfileFile row, string path) => profile switch
    {
        "kubeadm" or "kubespray" or "openshift" when row.Name is "kubelet-client" or "kubelet-server" =>
            OfKubelet(path),
        "kubeadm" or "kubespray" when row.Role is FileRole.Authority => ByHand,
        "kubeadm" when OfKubeadm.Contains(row.Name, StringComparer.Ordinal) =>
            $"kubeadm certs renew {row.Name}{Then(row.Name)}",
        "kubespray" when row.Name.StartsWith("etcd-", StringComparison.Ordinal) =>
            "ansible-playbook upgrade-cluster.yml --tags etcd",
        "kubespray" => "/usr/local/bin/k8s-certs-renew.sh",
        "k3s" or "rke2" => OfRancher(profile, row),
        "k0s" when row.Role is FileRole.Authority => ByHand,
        "k0s" => "systemctl restart k0scontroller # renews leaves that end within a month",
        "talos" => OfTalos(row),
        "openshift" => "oc get clusteroperators etcd kube-apiserver # the operators renew: find out why they do not",
        _ => "Renew it with what made it",
    };

    // The one that kubelet signed itself is made anew only when it is gone, together with its key.
    private static string OfKubelet(string path) => path.EndsWith("/kubelet.crt", StringComparison.Ordinal)
        ? $"mv {path} {path[..^".crt".Length]}.key /tmp/ && systemctl restart kubelet"
        : "systemctl restart kubelet # renews by itself: look at kubectl get csr and journalctl -u kubelet";

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
            "talosctl rotate-ca leaves this CA alone: follow the documentation of Talos",
        "kubelet-client" or "kubelet-server" => "talosctl service kubelet restart # kubelet renews by itself",
        _ => "talosctl reboot # Talos renews leaves when they are half through",
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
