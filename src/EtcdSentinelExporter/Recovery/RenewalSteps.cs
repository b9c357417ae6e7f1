using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Diagnosis;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Renewal of certificates with the distribution's own commands.</summary>
/// <param name="leaves">Those that are due come first.</param>
/// <param name="membersAnswer">Must hold before etcd stops; <see langword="null"/> without etcd.</param>
internal sealed class RenewalSteps(
    CertificatesReading reading, ImmutableArray<DueCertificate> leaves, StepCheck? membersAnswer)
{
    private readonly ImmutableArray<DueCertificate> _due = DueOf(leaves);

    private ComponentRestarts Restarts => new(reading, _due, membersAnswer);

    /// <summary>True if etcd of this node stops for a while.</summary>
    public static bool StopEtcd(CertificatesReading reading, ImmutableArray<DueCertificate> leaves) =>
        reading.Plan.Profile is "k3s" or "rke2" or "k0s" or "talos"
        || ComponentRestarts.RestartEtcd(reading, DueOf(leaves));

    public IEnumerable<RecoveryStep> All()
    {
        return reading.Plan.Profile switch
        {
            "kubeadm" => new KubeadmRenewal(_due, Restarts).All(),
            "k3s" or "rke2" or "k0s" or "talos" => new DistributionRenewal(reading.Plan.Profile, Restarts).All(),
            "openshift" => OfOpenShift(),
            "kubespray" => OfKubespray(),
            _ => ByHand(),
        };
    }

    private static IEnumerable<RecoveryStep> OfOpenShift()
    {
        yield return new("Find out why the operators do not renew")
        {
            Commands = [new("on your machine", "oc get clusteroperators etcd kube-apiserver")],
            IfNot = "The operators of OpenShift renew all of them; renewing by hand is undone by them.",
        };
    }

    private IEnumerable<RecoveryStep> OfKubespray()
    {
        yield return Backup("/etc/kubernetes /etc/ssl/etcd");
        yield return new("Renew the certificates of Kubernetes")
        {
            Commands = [new(ComponentRestarts.OnNode, "/usr/local/bin/k8s-certs-renew.sh")],
        };
        yield return new("Renew the certificates of etcd")
        {
            Commands = [new("where the playbooks are", "ansible-playbook upgrade-cluster.yml --tags etcd")],
            Blocks = "One member after the other restarts.",
        };
        foreach (var step in Restarts.WithoutEtcd())
            yield return step;
    }

    private IEnumerable<RecoveryStep> ByHand()
    {
        foreach (var file in _due.Select(one => one.File))
        {
            yield return new($"Renew {file.Path} with the tool that issued it")
            {
                Before =
                [
                    new("The old one shows names and issuer that the new one needs.",
                        "openssl x509 -noout -subject -issuer -dates -ext subjectAltName,extendedKeyUsage -in "
                        + NodeCommands.Quoted(file.Path)),
                ],
                After =
                [
                    new("The new one is valid for longer than a month.",
                        $"openssl x509 -noout -checkend 2592000 -in {NodeCommands.Quoted(file.Path)}",
                        "will not expire"),
                ],
                IfNot = "Write the new file beside the old one and rename it: a half written one breaks every new "
                    + "connection. The key belongs to the same user with the same mode.",
            };
        }
        foreach (var step in Restarts.All())
            yield return step;
    }

    internal static RecoveryStep Backup(string paths) => new("Save what is there")
    {
        Commands =
        [
            new(ComponentRestarts.OnNode,
                $"tar --create --gzip --file=\"/root/certificates-$(date +%Y%m%d-%H%M%S).tar.gz\" {paths}"),
        ],
        IfNot = "It holds private keys: keep it for root only, and delete it when all is done.",
    };

    private static ImmutableArray<DueCertificate> DueOf(ImmutableArray<DueCertificate> leaves) =>
        leaves.Any(leaf => leaf.IsDue) ? [.. leaves.Where(leaf => leaf.IsDue)] : leaves;
}
