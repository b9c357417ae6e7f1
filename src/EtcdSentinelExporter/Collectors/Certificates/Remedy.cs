using System.Collections.Immutable;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>The commands that help, per distribution.</summary>
/// <param name="Renew">For a certificate that ends soon.</param>
/// <param name="Restore">For a file that is gone.</param>
internal sealed record Remedy(string Renew, string Restore)
{
    // What kubeadm certs renew takes, by name.
    private static readonly ImmutableArray<string> OfKubeadm =
    [
        "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client", "etcd-server",
        "etcd-peer", "etcd-healthcheck-client", "admin.conf", "super-admin.conf", "controller-manager.conf",
        "scheduler.conf",
    ];

    public static Remedy Of(string profile, FileReading file)
    {
        var verify = file.Path.EndsWith(".conf", StringComparison.Ordinal)
            ? $"verify: grep client-certificate-data {file.Path} | awk '{{print $2}}' | base64 -d | openssl x509 -noout -enddate"
            : $"verify: openssl x509 -noout -enddate -in {file.Path}";
        return new(
            $"{RenewWith(profile, file)}; {verify}",
            $"Bring {file.Path} back from a backup, or make it anew: {RenewWith(profile, file)}; {verify}");
    }

    /// <summary>How a component takes up a file that changed.</summary>
    public static string Restart(string profile, string component) => profile switch
    {
        "k3s" => "systemctl restart k3s; verify: k3s certificate check",
        "rke2" => "systemctl restart rke2-server; verify: rke2 certificate check",
        "k0s" => "systemctl restart k0scontroller; verify: k0s status",
        "talos" => "talosctl reboot; verify: talosctl service etcd",
        "openshift" => $"oc patch {Operator(component)} cluster --type=merge -p "
            + "'{\"spec\":{\"forceRedeploymentReason\":\"certificates\"}}'"
            + $"; verify: oc get {Operator(component)} cluster",
        "kubespray" when component is Component.Etcd => "systemctl restart etcd; verify: systemctl status etcd",
        _ when component is Component.Kubelet => "systemctl restart kubelet; verify: systemctl status kubelet",
        "kubeadm" or "kubespray" => $"mv /etc/kubernetes/manifests/{component}.yaml /tmp/ && sleep 30 && "
            + $"mv /tmp/{component}.yaml /etc/kubernetes/manifests/; verify: crictl ps --name {component}",
        _ => $"Restart {component}.",
    };

    private static string RenewWith(string profile, FileReading file) => (profile, file.Name) switch
    {
        _ when file.Path.StartsWith("/var/lib/kubelet/", StringComparison.Ordinal) =>
            "kubelet renews it by itself: systemctl restart kubelet, and look at kubectl get csr and journalctl -u kubelet",
        ("kubeadm", var name) when OfKubeadm.Contains(name, StringComparer.Ordinal) =>
            $"kubeadm certs renew {name}{Then(name)}",
        ("kubespray", var name) when OfKubeadm.Contains(name, StringComparer.Ordinal)
            && !name.StartsWith("etcd", StringComparison.Ordinal) =>
            $"/usr/local/bin/k8s-certs-renew.sh (kubeadm certs renew {name})",
        ("kubespray", _) => "ansible-playbook upgrade-cluster.yml --tags etcd",
        ("kubeadm", "ca" or "front-proxy-ca" or "etcd-ca") =>
            "kubeadm never renews a CA: follow «Manual Rotation of CA Certificates» in the documentation of Kubernetes",
        ("k3s", var name) when name.EndsWith("-ca", StringComparison.Ordinal) => "k3s certificate rotate-ca",
        ("rke2", var name) when name.EndsWith("-ca", StringComparison.Ordinal) => "rke2 certificate rotate-ca",
        ("k3s", _) => "systemctl stop k3s && k3s certificate rotate && systemctl start k3s",
        ("rke2", _) => "systemctl stop rke2-server && rke2 certificate rotate && systemctl start rke2-server",
        ("k0s", _) => "systemctl restart k0scontroller (renews leaves that end within a month)",
        ("talos", var name) when name.EndsWith("ca", StringComparison.Ordinal) => "talosctl rotate-ca --dry-run=false",
        ("talos", _) => "talosctl reboot (Talos renews leaves when they are half through)",
        ("openshift", _) => "oc get clusteroperators etcd kube-apiserver: the operators renew; find out why they do not",
        _ => "Renew it with what made it",
    };

    private static string Then(string name) => name switch
    {
        "apiserver" or "admin.conf" or "super-admin.conf" or "etcd-server" or "etcd-peer" or "etcd-healthcheck-client" => "",
        "controller-manager.conf" => $" && {Restart("kubeadm", Component.ControllerManager)}",
        "scheduler.conf" => $" && {Restart("kubeadm", Component.Scheduler)}",
        _ => $" && {Restart("kubeadm", Component.ApiServer)}",
    };

    private static string Operator(string component) => component switch
    {
        Component.ApiServer => "kubeapiserver",
        Component.ControllerManager => "kubecontrollermanager",
        Component.Scheduler => "kubescheduler",
        _ => "etcd",
    };
}
