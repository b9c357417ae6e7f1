using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Recovery;

/// <summary>One command of etcdctl in the forms that work for this node: on the node, from outside, and by this
/// program.</summary>
/// <param name="etcd">How etcd was started here; <see langword="null"/> if unknown.</param>
/// <param name="version">Version of etcd.</param>
/// <param name="options">What the settings say of the cluster.</param>
internal sealed class CommandForms(EtcdInstallation? etcd, string version, ProgramOptions options)
{
    private const string Program = "etcd-sentinel-exporter recover nospace --execute";
    private const string TalosFolder = "/system/secrets/etcd";

    // Its exit code is reliable, and the last line says the same.
    private static readonly ExpectedOutput Done = new("\"Done.\" in the last line, and exit code 0.", "Done[.]$");

    private readonly EtcdctlCommand _etcdctl = new(etcd, version);

    private bool IsTalos { get; } = IsOfTalos(options.Etcd.CaFile ?? etcd?.CaFile)
        || IsOfTalos(options.Etcd.CertFile ?? etcd?.CertFile);

    /// <summary>True if there is an etcdctl on this node, or should be: k3s and k0s bring none, Talos has no shell, and
    /// endpoints of the settings may be elsewhere.</summary>
    public bool HasEtcdctlHere =>
        !IsTalos && options.Etcd.Endpoints.IsEmpty && etcd is not (null or { Kind: "k3s" or "k0s" });

    /// <summary>True if the first form of <see cref="Of"/> is this program, which does all checks itself.</summary>
    public bool IsByProgram => !IsTalos && !HasEtcdctlHere;

    /// <param name="member">The member, at the addresses from here and from outside.</param>
    /// <param name="words">Command and options of etcdctl.</param>
    /// <param name="step">The same step for this program; <see langword="null"/> if it has none.</param>
    public ImmutableArray<CommandForm> Of(MemberAddress member, string words, string? step) =>
        InOrder(Here(member, words), OutsideCommand(member, words), step is null ? null : ByProgram(step));

    /// <summary>The forms that end the alarm NOSPACE. etcdctl ends all alarms, so each form looks for others
    /// first.</summary>
    public ImmutableArray<CommandForm> Disarm(MemberAddress member)
    {
        return InOrder(
            Only(words => Here(member, words)), Only(words => OutsideCommand(member, words)), ByProgram("disarm"));

        static string Only(Func<string, string> etcdctl) => $"alarms=$({etcdctl("alarm list")}) && "
            + "! echo \"$alarms\" | grep alarm: | grep -v alarm:NOSPACE && " + etcdctl("alarm disarm");
    }

    /// <summary>The forms that save a snapshot.</summary>
    public ImmutableArray<CommandForm> Snapshot(MemberAddress member, SnapshotPlace place)
    {
        const string Words = "--command-timeout=10m snapshot save";
        return InOrder(
            place.Command(file => Here(member, $"{Words} {file}")),
            OutsideCommand(member, $"{Words} etcd-before-recovery.db"),
            ByProgram("snapshot", $" --snapshot={SnapshotPlace.File}"));
    }

    /// <summary>Where <see cref="Snapshot"/> saves on this node.</summary>
    /// <param name="dataDir">A container sees no other folder of the node.</param>
    /// <param name="bytes">What must be available.</param>
    public SnapshotPlace PlaceOf(string dataDir, long bytes) => new(_etcdctl.IsInContainer ? dataDir : null, bytes);

    /// <summary>A command that only reads, where the first form of <see cref="Of"/> runs.</summary>
    public string Here(MemberAddress member, string words) =>
        !HasEtcdctlHere ? OutsideCommand(member, words)
        : _etcdctl.IsInContainer ? _etcdctl.At(member.Here, words)
        : $"{_etcdctl.Plain} --endpoints={NodeCommands.Quoted(member.Here)}{OutsideFiles} {words}";

    /// <summary>What the forms need, one sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        if (etcd is { Kind: "k3s" or "k0s" })
        {
            yield return $"{etcd.Kind} brings no etcdctl: this program is the only way on a bare node, and does all "
                + "checks itself. It moves the leadership where that is needed.";
        }
        if (IsTalos)
        {
            yield return "Talos has no shell. On your machine: for f in ca.crt admin.crt admin.key; do talosctl -n "
                + $"NODE read {TalosFolder}/$f > $f; done. talosctl etcd status, defrag and alarm work too, but "
                + "talosctl cannot compact.";
        }
        else if (OutsideFiles.Length > 0)
        {
            yield return "From outside: etcdctl of the same minor version, and copies of the three certificate files "
                + "at the same paths.";
        }
    }

    private ImmutableArray<CommandForm> InOrder(string here, string outside, CommandForm? own)
    {
        CommandForm there = new("from outside, where the client port is reached", outside);
        CommandForm?[] forms = HasEtcdctlHere ? [new(HereWords, here), there, own]
            : IsTalos ? [there, own]
            : [own, there];
        return [.. forms.OfType<CommandForm>()];
    }

    private CommandForm ByProgram(string step, string more = "") => new(
        IsTalos ? "by this program, in a pod on this node" : "on this node, as root, by this program",
        $"{Program} --only={NodeCommands.Quoted(step)}{more}{options.Execute}{options.Settings}", Done);

    private string HereWords => _etcdctl.IsInContainer
        ? "on this node, as root, in etcd's container (crictl finds its ID)"
        : "on this node, as root, with etcdctl";

    private string OutsideCommand(MemberAddress member, string words) =>
        $"{_etcdctl.Plain} --endpoints={NodeCommands.Quoted(member.Outside)}{OutsideFiles} {words}";

    private string OutsideFiles => IsTalos
        ? " --cacert=ca.crt --cert=admin.crt --key=admin.key"
        : EtcdctlCommand.FilesOf(
            options.Etcd.CaFile ?? etcd?.CaFile, options.Etcd.CertFile ?? etcd?.CertFile,
            options.Etcd.KeyFile ?? etcd?.KeyFile);

    private static bool IsOfTalos(string? file) =>
        file?.Contains($"{TalosFolder}/", StringComparison.Ordinal) is true;
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
