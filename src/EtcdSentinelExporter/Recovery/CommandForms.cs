using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Recovery;

/// <summary>One command of etcdctl in the forms that work for this node: on the node, from outside, and by this
/// program.</summary>
/// <param name="etcd">How etcd was started here; <see langword="null"/> if unknown.</param>
/// <param name="version">Version of etcd.</param>
/// <param name="isTalos">True for a node without a shell.</param>
/// <param name="options">Options of this program that name the cluster, with a space before each.</param>
internal sealed class CommandForms(EtcdInstallation? etcd, string version, bool isTalos, string options = "")
{
    private const string Program = "etcd-sentinel-exporter recover nospace --execute";
    private const string ByProgram = "on this node, as root, by this program";
    private const string TalosFolder = "/system/secrets/etcd";

    private readonly EtcdctlCommand _etcdctl = new(etcd, version);

    /// <summary>True if there is an etcdctl on this node, or should be: k3s and k0s bring none, Talos has no
    /// shell.</summary>
    public bool HasEtcdctlHere => !isTalos && etcd is not (null or { Kind: "k3s" or "k0s" });

    /// <param name="member">The member, at the addresses from here and from outside.</param>
    /// <param name="words">Command and options of etcdctl.</param>
    /// <param name="step">The same step for this program; <see langword="null"/> if it has none.</param>
    public ImmutableArray<CommandForm> Of(MemberAddress member, string words, string? step)
    {
        var own = step is null
            ? null
            : new CommandForm(ByProgram, $"{Program} --only={NodeCommands.Quoted(step)}{options}");
        CommandForm?[] forms = HasEtcdctlHere
            ? [new(HereWords, Here(member, words)), Outside(member, words), own]
            : [own, Outside(member, words)];
        return [.. forms.OfType<CommandForm>()];
    }

    /// <summary>The forms that save a snapshot.</summary>
    /// <param name="dataDir">A container sees no other folder of the node.</param>
    public ImmutableArray<CommandForm> Snapshot(MemberAddress member, string dataDir)
    {
        const string File = "/root/etcd-before-recovery.db";
        const string Words = "--command-timeout=10m snapshot save";
        var inside = NodeCommands.Quoted($"{dataDir}/etcd-before-recovery.db");
        var here = _etcdctl.IsInContainer
            ? _etcdctl.At(member.Here, $"{Words} {inside}") + $" && mv {inside} {File}"
            : _etcdctl.At(member.Here, $"{Words} {File}");
        CommandForm?[] forms =
        [
            HasEtcdctlHere ? new(HereWords, here) : null,
            new(ByProgram, $"{Program} --only=snapshot --snapshot={File}{options}"),
            Outside(member, $"{Words} etcd-before-recovery.db"),
        ];
        return [.. forms.OfType<CommandForm>()];
    }

    /// <summary>A command that only reads, where the first form of <see cref="Of"/> runs.</summary>
    public string Here(MemberAddress member, string words) => HasEtcdctlHere
        ? _etcdctl.At(member.Here, words)
        : OutsideCommand(member, words);

    /// <summary>What the forms need, one sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        if (etcd is { Kind: "k3s" or "k0s" })
        {
            yield return $"{etcd.Kind} brings no etcdctl: this program is the only way on a bare node. Checks are "
                + "written for an etcdctl that was put there.";
        }
        if (isTalos)
        {
            yield return "Talos has no shell. On your machine: for f in ca.crt admin.crt admin.key; do talosctl -n "
                + $"NODE read {TalosFolder}/$f > $f; done. talosctl etcd status, defrag and alarm work too, but "
                + "talosctl cannot compact.";
        }
        else if (etcd is { CaFile: not null })
        {
            yield return "From outside: etcdctl of the same minor version, and copies of the three certificate files "
                + "at the same paths.";
        }
    }

    private string HereWords => _etcdctl.IsInContainer
        ? "on this node, as root, in etcd's container (crictl finds its ID)"
        : "on this node, as root, with etcdctl";

    private CommandForm Outside(MemberAddress member, string words) =>
        new("from outside, where the client port is reached", OutsideCommand(member, words));

    private string OutsideCommand(MemberAddress member, string words) =>
        $"{_etcdctl.Plain} --endpoints={NodeCommands.Quoted(member.Outside)}{OutsideFiles} {words}";

    private string OutsideFiles =>
        isTalos ? " --cacert=ca.crt --cert=admin.crt --key=admin.key" : _etcdctl.Files;
}

/// <summary>Client URLs of one member, or of several with commas.</summary>
/// <param name="Here">From this node.</param>
/// <param name="Outside">As the member advertises it.</param>
internal sealed record MemberAddress(string Here, string Outside)
{
    public static MemberAddress All(IEnumerable<MemberAddress> members)
    {
        var all = members.ToArray();
        return new(
            string.Join(',', all.Select(member => member.Here)),
            string.Join(',', all.Select(member => member.Outside)));
    }
}
