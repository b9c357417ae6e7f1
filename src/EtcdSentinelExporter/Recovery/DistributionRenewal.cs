namespace EtcdSentinelExporter.Recovery;

/// <summary>Renewal where etcd is a part of the distribution's own service, so that both restart together.</summary>
internal sealed class DistributionRenewal(string profile, ComponentRestarts restarts)
{
    private const string OnNode = ComponentRestarts.OnNode;

    public IEnumerable<RecoveryStep> All() => profile switch
    {
        "k0s" => OfK0s(),
        "talos" => OfTalos(),
        _ => OfRancher(profile),
    };

    private IEnumerable<RecoveryStep> OfRancher(string program)
    {
        var service = program == "rke2" ? "rke2-server" : program;
        yield return RenewalSteps.Backup($"/var/lib/rancher/{program}/server/tls");
        yield return new($"Renew all leaves and restart {program}")
        {
            Before =
            [
                .. restarts.MembersAnswer,
                new("The list shows what expires.", $"{program} certificate check --output table"),
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
        yield return RenewalSteps.Backup("/var/lib/k0s/pki");
        yield return new("Restart k0s, which renews leaves that expire within a month")
        {
            Before = restarts.MembersAnswer,
            Commands = [new(OnNode, "systemctl restart k0scontroller")],
            After = [new("k0s runs.", "k0s status", "[Vv]ersion")],
            Blocks = "Everything of k0s on this node, etcd as well: about a minute. Controllers one after the other.",
        };
    }

    private IEnumerable<RecoveryStep> OfTalos()
    {
        yield return new("Restart the node, which renews leaves after half of their lifetime")
        {
            Before = [.. restarts.MembersAnswer, new("All members of etcd are there.", "talosctl etcd status")],
            Commands = [new("on your machine, for one node after the other", "talosctl -n NODE reboot --wait")],
            After = [new("etcd of the node runs.", "talosctl -n NODE service etcd", "Running")],
            Blocks = "Everything on this node, until it is up again.",
        };
    }
}
