using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Makes a report from what the collectors know.</summary>
internal static class Diagnostician
{
    // A cluster of 64 members may have 128 alarms; nobody reads more.
    private const int MaxFindings = 100;
    private const int MaxNoteLength = 300;

    public static Report Report(NodeState state)
    {
        var clusters = ClusterState.Of(state.Members?.Members ?? []);
        var causes = CauseChain.Of(state, clusters);
        var commands = new NodeCommands(state);
        var sorted = ReportVerdict.Sort(JointFindings.Of(state, clusters)
            .Select(item => new ReportedFinding(
                item.Finding, item.Collector, commands.Of(item.Finding), NameOf(state, item.Finding)))
            .DistinctBy(item => (item.Finding.Code, SubjectOf(item.Finding), item.Finding.Summary)));
        var blind = WhyBlind(state);
        return new()
        {
            At = state.At,
            Node = state.Node,
            Member = JointFindings.Local(state) is { } local
                ? DisplayText.Of(ClusterFindings.NameOf(local), MaxNoteLength)
                : null,
            Version = state.Version,
            Status = ReportVerdict.StatusOf(sorted, blind is not null),
            Verdict = DisplayText.Of(ReportVerdict.Say(state, clusters, sorted, causes, blind), MaxNoteLength * 2),
            Causes = [.. causes.Select(
                cause => cause with { Evidence = DisplayText.Of(cause.Evidence, MaxNoteLength * 2) })],
            Findings = [.. sorted.Take(MaxFindings)],
            Notes = [.. Notes(state, sorted.Length).Select(note => DisplayText.Of(note, MaxNoteLength))],
            Tables = Tables(state, clusters),
        };
    }

    // A person knows a member by its name, and finds it by its address. One that never answered is named by the others.
    private static string? NameOf(NodeState state, Finding finding)
    {
        var members = state.Members?.Members ?? [];
        var name = members.FirstOrDefault(member => member.Endpoint == finding.Subject)?.Identity?.Name
            ?? members.Select(member => member.Peers?.NameAt(finding.Subject)).FirstOrDefault(name => name is not null);
        return string.IsNullOrEmpty(name) ? null : name;
    }

    // Every member tells the alarms of all: an alarm is one finding, whoever told it.
    private static string SubjectOf(Finding finding) =>
        finding.Code is "EtcdNoSpaceAlarm" or "EtcdCorruptAlarm" ? "" : finding.Subject;

    private static ImmutableArray<ReportTable> Tables(NodeState state, ImmutableArray<ClusterState> clusters)
    {
        var members = state.Members?.Members ?? [];
        return
        [
            EtcdTables.Clusters(clusters), EtcdTables.Members(members), EtcdTables.Databases(members),
            KeyTable.Of(state.Keyspace),
            NodeTables.Disks(state), NodeTables.Folders(state.Storage?.Folders ?? [], state.At),
            BackupTable.Of(state.Backups), NodeTables.Certificates(state.Certificates),
            EtcdTables.Configuration(state.Members?.Config.Installations ?? []),
            NodeTables.Collectors(state.Polls, state.At),
        ];
    }

    // Never "ok" where nothing was seen.
    private static string? WhyBlind(NodeState state)
    {
        var members = state.Polls.FirstOrDefault(poll => poll.Name == MembersCollector.Name);
        return members switch
        {
            null => state.Polls.All(poll => poll.Last is null) ? "Nothing was polled yet." : null,
            { Last: null } => "etcd was not polled yet.",
            _ when members.IsOutdated(state.At) => "etcd has not been polled for a long time: restart the exporter.",
            { Last.Failure: { } failure } => $"etcd could not be polled: {failure.Message}",
            _ when !state.ExpectsEtcd && state.Members?.Config.OtherDatastores is not [_, ..] => OfStopped(state)
                ?? "No etcd was found on this node, and nothing says that one runs here.",
            // What fills the database says nothing of its health.
            _ when state.Polls.FirstOrDefault(poll => poll.Name != KeyspaceCollector.Name
                && (poll.Last is null || poll.IsOutdated(state.At))) is { } unseen =>
                $"{unseen.Name}: not polled yet, or not for a long time.",
            _ => null,
        };
    }

    // A member that is stopped by moving its manifest away leaves only its folder.
    private static string? OfStopped(NodeState state) =>
        state.Storage?.Folders.FirstOrDefault(folder => folder.Use.State is DirectoryUse.Ok) is { } folder
            ? $"etcd does not run here; its data is in {folder.Of.Path}: {SizeOf(folder)} of database, last written "
                + $"{ReportCell.Age(state.At - folder.Use.LastWrite).Shown} ago."
            : null;

    private static string SizeOf(EtcdFolder folder) => ReportCell
        .Bytes(folder.Use.Parts.FirstOrDefault(part => part.Name is DirectoryUse.Backend)?.Use.Bytes).Shown;

    private static IEnumerable<string> Notes(NodeState state, int findings)
    {
        if (findings > MaxFindings)
            yield return $"{findings - MaxFindings} more findings are left out.";
        foreach (var datastore in state.Members?.Config.OtherDatastores ?? [])
            yield return datastore;
        if (state.Etcd is { Kind: "k3s" or "k0s" } etcd)
            yield return $"{etcd.Kind} brings no etcdctl: put one on this node before the commands for etcd.";
        foreach (var cluster in ClusterState.Of(state.Members?.Members ?? []))
        {
            if (cluster.NotPolled > 0)
                yield return $"{cluster.NotPolled} of {cluster.Voters} members were not polled from here.";
        }
        if (!state.ExpectsEtcd && OfStopped(state) is not null)
        {
            yield return "Without a running etcd these are not known: live data and fragmentation, alarms, revision, "
                + "leader, members, and the quota if no configuration of etcd was found.";
        }
        if (CauseChain.OfFastDisk(state) is { } fast)
            yield return fast;
        foreach (var note in (state.Members?.Members ?? []).SelectMany(
            member => NotesOf(member, state.Members!.Advisories)).Concat(KeyTable.Notes(state.Keyspace)))
        {
            yield return note;
        }
    }

    private static IEnumerable<string> NotesOf(MemberReading member, AdvisoryTable advisories)
    {
        var name = ClusterFindings.NameOf(member);
        if (VersionFindings.VersionOf(member) is { } version && advisories.IsUnknown(version))
        {
            yield return $"{name} runs etcd {version}, which the advisories of {advisories.Date} do not know: whether "
                + "something is wrong with it is unknown.";
        }
        if (member.Status is null && !member.IsUp)
        {
            yield return $"{name} does not answer: live data, fragmentation, alarms, revision and leader are not "
                + "known.";
        }
        else if (member.Status is not null && member.Recent.IsEmpty)
        {
            yield return $"{name}: its metrics page cannot be read, so durations of fsyncs and commits are not known.";
        }
        if (member.OtherErrors is [var error, .. var more])
        {
            var others = more.IsEmpty ? "" : $" and {more.Length} more errors";
            yield return $"{name} reports an error that is not known here: {error}{others}.";
        }
    }
}
