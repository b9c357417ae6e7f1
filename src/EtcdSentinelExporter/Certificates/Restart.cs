using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Commands that restart a component, so that it reads a changed file.</summary>
internal static class Restart
{
    private static readonly ImmutableArray<string> StaticPods =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    public static string Of(CertificatePlan plan, string component) =>
        plan.Components.FirstOrDefault(known => known.Component == component)?.Unit is { } unit
            ? OfUnit(unit)
            : Of(plan.Profile, component);

    /// <param name="profile">Name of the profile. Its commands apply only to its own components.</param>
    /// <param name="component">Name of a component, or of a listener from the settings.</param>
    public static string Of(string profile, string component) => (profile, component) switch
    {
        _ when component is not Component.Kubelet && !StaticPods.Contains(component, StringComparer.Ordinal) =>
            $"Restart the server of {component}.",
        ("k3s", _) => "systemctl restart k3s; verify: k3s certificate check",
        ("rke2", _) => "systemctl restart rke2-server; verify: rke2 certificate check",
        ("k0s", _) => "systemctl restart k0scontroller; verify: k0s status",
        ("talos", Component.Kubelet) => "talosctl service kubelet restart; verify: talosctl service kubelet",
        ("talos", _) => "talosctl reboot; verify: talosctl service etcd",
        (_, Component.Kubelet) => OfUnit("kubelet"),
        ("openshift", _) => $"oc patch {Operator(component)} cluster --type=merge -p "
            + "'{\"spec\":{\"forceRedeploymentReason\":\"certificates\"}}'"
            + $"; verify: oc get {Operator(component)} cluster",
        ("kubespray", Component.Etcd) => OfUnit("etcd"),
        ("kubeadm" or "kubespray", _) => $"mv /etc/kubernetes/manifests/{component}.yaml /tmp/ && sleep 30 && "
            + $"mv /tmp/{component}.yaml /etc/kubernetes/manifests/; verify: crictl ps --name {component}",
        _ => $"Restart {component}.",
    };

    private static string OfUnit(string unit) => $"systemctl restart {unit}; verify: systemctl status {unit}";

    private static string Operator(string component) => component switch
    {
        Component.ApiServer => "kubeapiserver",
        Component.ControllerManager => "kubecontrollermanager",
        Component.Scheduler => "kubescheduler",
        _ => "etcd",
    };
}
