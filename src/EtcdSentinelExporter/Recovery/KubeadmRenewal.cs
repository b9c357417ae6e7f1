using EtcdSentinelExporter.Certificates;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Renewal by kubeadm, which renews by name and restarts nothing.</summary>
/// <param name="due">What is to be renewed.</param>
internal sealed class KubeadmRenewal(ImmutableArray<DueCertificate> due, ComponentRestarts restarts)
{
    private const string OnNode = ComponentRestarts.OnNode;

    public IEnumerable<RecoveryStep> All()
    {
        var names = due.Select(one => one.File.Name).Distinct(StringComparer.Ordinal)
            .Where(name => Remedy.OfKubeadm.Contains(name, StringComparer.Ordinal)).ToArray();
        yield return RenewalSteps.Backup("/etc/kubernetes");
        if (names.Length > 0)
        {
            yield return new("Renew the certificates")
            {
                Before = [new("kubeadm lists the certificates.", "kubeadm certs check-expiration")],
                Commands = [new(OnNode, string.Join(" && ", names.Select(name => $"kubeadm certs renew {name}")))],
                Expect = new("one line for each that ends with \"renewed\".", "renewed"),
                After = [new("The list shows the new dates.", "kubeadm certs check-expiration")],
                IfNot = "With external CAs kubeadm has no key to sign with: renew them where the CA is.",
            };
        }
        foreach (var step in restarts.All())
            yield return step;
        if (names.Contains("admin.conf", StringComparer.Ordinal))
        {
            yield return new("Replace the copies of admin.conf, here and on other machines")
            {
                IfNot = "A copy may have contexts of other clusters: keep those, and change only the user of this one.",
            };
        }
        foreach (var kubelet in due.Where(one => one.File.Name.StartsWith("kubelet", StringComparison.Ordinal)))
        {
            yield return new($"Let kubelet renew {kubelet.File.Path}")
            {
                Commands = [new(OnNode, "systemctl restart kubelet")],
                IfNot = "Look for certificate requests that wait for an approval (kubectl get csr), and into "
                    + "journalctl -u kubelet. An expired client certificate needs a new kubelet.conf: kubeadm "
                    + "kubeconfig user.",
            };
        }
    }
}
