using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Writes static pod manifests as kubeadm does.</summary>
internal static class StaticPods
{
    /// <param name="node">The node.</param>
    /// <param name="component">Name of the component.</param>
    /// <param name="folder">Folder that is mounted at its own path.</param>
    /// <param name="flags">Arguments.</param>
    public static TempNode WithPod(this TempNode node, string component, string folder, params string[] flags) =>
        node.With($"/etc/kubernetes/manifests/{component}.yaml", $$"""
            apiVersion: v1
            kind: Pod
            spec:
              containers:
              - name: {{component}}
                command: [{{component}}, {{string.Join(", ", flags)}}]
                volumeMounts:
                - {name: certificates, mountPath: {{folder}} }
                - {name: kubernetes, mountPath: /etc/kubernetes}
              volumes:
              - {name: certificates, hostPath: {path: {{folder}} } }
              - {name: kubernetes, hostPath: {path: /etc/kubernetes} }

            """);

    /// <summary>The control plane of kubeadm with its flags.</summary>
    /// <param name="node">The node.</param>
    /// <param name="pki">Its <c>certificatesDir</c>.</param>
    public static TempNode WithKubeadm(this TempNode node, string pki) => node
        .WithPod("kube-apiserver", pki,
            $"--client-ca-file={pki}/ca.crt", $"--tls-cert-file={pki}/apiserver.crt",
            $"--tls-private-key-file={pki}/apiserver.key", $"--etcd-cafile={pki}/etcd/ca.crt",
            $"--etcd-certfile={pki}/apiserver-etcd-client.crt",
            $"--kubelet-client-certificate={pki}/apiserver-kubelet-client.crt",
            $"--proxy-client-cert-file={pki}/front-proxy-client.crt",
            $"--requestheader-client-ca-file={pki}/front-proxy-ca.crt", "--secure-port=6443")
        .WithPod("kube-controller-manager", pki,
            "--kubeconfig=/etc/kubernetes/controller-manager.conf",
            "--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf",
            "--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf",
            $"--client-ca-file={pki}/ca.crt", $"--cluster-signing-cert-file={pki}/ca.crt",
            $"--requestheader-client-ca-file={pki}/front-proxy-ca.crt", $"--root-ca-file={pki}/ca.crt")
        .WithPod("kube-scheduler", pki,
            "--kubeconfig=/etc/kubernetes/scheduler.conf",
            "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
            "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf");
}
