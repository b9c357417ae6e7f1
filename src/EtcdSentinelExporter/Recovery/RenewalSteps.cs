using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Diagnosis;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Renewal of certificates with the distribution's own commands.</summary>
/// <param name="leaves">Those that are due come first.</param>
/// <param name="membersAnswer">Must hold before etcd stops; <see langword="null"/> without etcd.</param>
internal sealed class RenewalSteps(
    CertificatesReading reading, ImmutableArray<DueCertificate> leaves, StepCheck? membersAnswer)
{
    private const string OnNode = "on this node, as root";

    // As kubeadm's documentation says: all of them read their files or kubeconfigs at startup.
    private static readonly ImmutableArray<string> InOrder =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    private readonly ImmutableArray<DueCertificate> _due = DueOf(leaves);

    /// <summary>True if etcd of this node stops for a while.</summary>
    public static bool StopEtcd(CertificatesReading reading, ImmutableArray<DueCertificate> leaves) =>
        reading.Plan.Profile is "k3s" or "rke2" or "k0s" or "talos"
        || (Runs(reading, Component.Etcd) && EtcdMustRestart(reading, DueOf(leaves)));

    public IEnumerable<RecoveryStep> All()
    {
        return reading.Plan.Profile switch
        {
            "kubeadm" => OfKubeadm(),
            "k3s" or "rke2" => OfRancher(reading.Plan.Profile),
            "k0s" => OfK0s(),
            "talos" => OfTalos(),
            "openshift" => OfOpenShift(),
            "kubespray" => OfKubespray(),
            _ => ByHand(),
        };
    }

    private IEnumerable<RecoveryStep> OfKubeadm()
    {
        var names = _due.Select(one => one.File.Name).Distinct(StringComparer.Ordinal)
            .Where(name => Remedy.OfKubeadm.Contains(name, StringComparer.Ordinal)).ToArray();
        yield return Backup("/etc/kubernetes");
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
        foreach (var step in Restarts())
            yield return step;
        if (names.Contains("admin.conf", StringComparer.Ordinal))
        {
            yield return new("Replace the copies of admin.conf, here and on other machines")
            {
                IfNot = "A copy may have contexts of other clusters: keep those, and change only the user of this one.",
            };
        }
        foreach (var kubelet in _due.Where(one => one.File.Name.StartsWith("kubelet", StringComparison.Ordinal)))
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

    private IEnumerable<RecoveryStep> OfRancher(string program)
    {
        var service = program == "rke2" ? "rke2-server" : program;
        yield return Backup($"/var/lib/rancher/{program}/server/tls");
        yield return new($"Renew all leaves and restart {program}")
        {
            Before =
            [
                .. MembersAnswer, new("The list shows what expires.", $"{program} certificate check --output table"),
            ],
            Commands =
            [
                new(OnNode, $"systemctl stop {service} && {{ {program} certificate rotate; code=$?; "
                    + $"systemctl start {service} && [ \"$code\" -eq 0 ]; }}"),
            ],
            After = [new("The service runs.", $"systemctl is-active {service}", "^active")],
            Blocks = $"Everything of {program} on this node, etcd as well: one to three minutes. Servers one after the "
                + "other; the agents' certificates come with a restart of theirs.",
            IfNot = $"The service is started all the same. If it is not: systemctl start {service}; journalctl -u "
                + $"{service} -n 50 says why. The old files are in the copy of step 1.",
        };
    }

    private IEnumerable<RecoveryStep> OfK0s()
    {
        yield return Backup("/var/lib/k0s/pki");
        yield return new("Restart k0s, which renews leaves that expire within a month")
        {
            Before = MembersAnswer,
            Commands = [new(OnNode, "systemctl restart k0scontroller")],
            After = [new("k0s runs.", "k0s status", "[Vv]ersion")],
            Blocks = "Everything of k0s on this node, etcd as well: about a minute. Controllers one after the other.",
        };
    }

    private IEnumerable<RecoveryStep> OfTalos()
    {
        yield return new("Restart the node, which renews leaves after half of their lifetime")
        {
            Before = [.. MembersAnswer, new("All members of etcd are there.", "talosctl etcd status")],
            Commands = [new("on your machine, for one node after the other", "talosctl -n NODE reboot --wait")],
            After = [new("etcd of the node runs.", "talosctl -n NODE service etcd", "Running")],
            Blocks = "Everything on this node, until it is up again.",
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
            Commands = [new(OnNode, "/usr/local/bin/k8s-certs-renew.sh")],
        };
        yield return new("Renew the certificates of etcd")
        {
            Commands = [new("where the playbooks are", "ansible-playbook upgrade-cluster.yml --tags etcd")],
            Blocks = "One member after the other restarts.",
        };
        foreach (var component in InOrder.Skip(1).Where(one => Runs(reading, one)))
            yield return Restarted(component);
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
        foreach (var step in Restarts())
            yield return step;
    }

    private static RecoveryStep Backup(string paths) => new("Save what is there")
    {
        Commands =
        [
            new(OnNode, $"tar --create --gzip --file=\"/root/certificates-$(date +%Y%m%d-%H%M%S).tar.gz\" {paths}"),
        ],
        IfNot = "It holds private keys: keep it for root only, and delete it when all is done.",
    };

    private RecoveryStep Restarted(string component)
    {
        var parts = Restart.Of(reading.Plan, component).Split("; verify: ", 2);
        return new($"Restart {component}")
        {
            Before = component is Component.Etcd ? MembersAnswer : [],
            Commands = [new(OnNode, parts[0])],
            After = parts is [_, var verify] ? [new($"{component} runs again.", verify)] : [],
            Blocks = component switch
            {
                Component.Etcd => "This member: the API server of this node answers nothing meanwhile. etcd needs "
                    + "this only because a file changed that it reads at its start.",
                Component.ApiServer => "The API server of this node, about a minute.",
                _ => "Nothing: another instance takes over.",
            },
            IfNot = "Look at the component's log before the next step.",
        };
    }

    private ImmutableArray<StepCheck> MembersAnswer => membersAnswer is null ? [] : [membersAnswer];

    // etcd reads renewed leaves at each handshake: without a changed CA a restart would risk the quorum for nothing.
    private IEnumerable<RecoveryStep> Restarts() => InOrder
        .Where(one => Runs(reading, one) && (one is not Component.Etcd || EtcdMustRestart(reading, _due)))
        .Select(Restarted);

    private static bool EtcdMustRestart(CertificatesReading reading, ImmutableArray<DueCertificate> due) =>
        due.Any(one => one.File.ReadAtStartBy.Contains(Component.Etcd, StringComparer.Ordinal))
        || reading.Restarts.Any(restart => restart is { Component: Component.Etcd, IsNeeded: true });

    private static ImmutableArray<DueCertificate> DueOf(ImmutableArray<DueCertificate> leaves) =>
        leaves.Any(leaf => leaf.IsDue) ? [.. leaves.Where(leaf => leaf.IsDue)] : leaves;

    private static bool Runs(CertificatesReading reading, string component) =>
        reading.Components.Any(one => one.Name == component)
        || reading.Plan.Components.Any(one => one.Component == component);
}
