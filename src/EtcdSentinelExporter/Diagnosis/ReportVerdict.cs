using System.Globalization;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The status of a report, and its first sentence.</summary>
internal static class ReportVerdict
{
    /// <summary>Codes in the order in which they are acted on; others follow by severity.</summary>
    private static readonly ImmutableArray<string> MostUrgent =
    [
        "EtcdDown", "EtcdNoQuorum", "EtcdNoSpaceAlarm", "EtcdCorruptAlarm", "EtcdDataDirGone", "EtcdDataDirUnusable",
        "EtcdDataDirFull", "EtcdDiskStalled", "EtcdDiskHung", "EtcdFsyncDurationCritical", "EtcdDiskFailing",
        "EtcdDatabaseQuotaCritical", "EtcdMemberUnreachable", "EtcdNoLeader", "EtcdNotSeen", "EtcdQuorumFragile",
    ];

    /// <summary>Codes that say that something could not be seen.</summary>
    public static ImmutableArray<string> OfBlindness { get; } =
        ["EtcdNotSeen", "SentinelCollectorFailing", "DiskUnreadable", "CertificateUnreadable"];

    /// <summary>The most urgent first.</summary>
    public static ImmutableArray<ReportedFinding> Sort(IEnumerable<ReportedFinding> findings) =>
    [
        .. findings.OrderByDescending(item => item.Finding.Severity)
            .ThenBy(item => MostUrgent.IndexOf(item.Finding.Code) is >= 0 and var at ? at : MostUrgent.Length)
            .ThenBy(item => item.Finding.Code, StringComparer.Ordinal)
            .ThenBy(item => item.Finding.Subject, StringComparer.Ordinal),
    ];

    public static ReportStatus StatusOf(ImmutableArray<ReportedFinding> sorted, bool isBlind) => sorted switch
    {
        [{ Finding.Severity: Severity.Critical }, ..] => ReportStatus.Critical,
        _ when isBlind || sorted.Any(IsOfBlindness) => ReportStatus.Unknown,
        [{ Finding.Severity: Severity.Warning }, ..] => ReportStatus.Warning,
        _ => ReportStatus.Ok,
    };

    /// <param name="sorted">The most urgent first.</param>
    /// <param name="causes">Chain of causes; empty if unknown.</param>
    /// <param name="blind">What could not be seen at all; <see langword="null"/> if nothing.</param>
    public static string Say(
        NodeState state, ImmutableArray<ClusterState> clusters, ImmutableArray<ReportedFinding> sorted,
        ImmutableArray<CauseLink> causes, string? blind)
    {
        var first = sorted.FirstOrDefault(item => item.Finding.Severity > Severity.Info);
        if (first is { Finding.Severity: Severity.Critical })
            return Sentence(state, first, causes) + Others(sorted);
        if (blind is not null)
            return blind;
        return first is null
            ? Healthy(state, clusters)
            : Sentence(state, sorted.FirstOrDefault(IsOfBlindness) ?? first, causes) + Others(sorted);
    }

    private static bool IsOfBlindness(ReportedFinding item) =>
        OfBlindness.Contains(item.Finding.Code, StringComparer.Ordinal);

    // A disk that flushes fast is only a suspect.
    private static string Sentence(NodeState state, ReportedFinding item, ImmutableArray<CauseLink> causes) =>
        item.Finding.Code is "EtcdFsyncDurationCritical" or "EtcdHighFsyncDuration"
            && causes is [{ Name: "disk" } disk, ..]
            ? $"The disk under etcd {(CauseChain.OfFastDisk(state) is null ? "is" : "may be")} the cause: "
                + $"{disk.Evidence.TrimEnd('.')}; {Lower(item.Finding.Summary)}"
            : $"{item.ShownSubject}: {item.Finding.Summary}";

    private static string Lower(string sentence) => $"{char.ToLowerInvariant(sentence[0])}{sentence[1..]}";

    private static string Others(ImmutableArray<ReportedFinding> sorted)
    {
        var others = FindingGroup.Of(sorted.Where(item => item.Finding.Severity > Severity.Info)).Length - 1;
        return others > 0 ? $" {others} more." : "";
    }

    private static string Healthy(NodeState state, ImmutableArray<ClusterState> clusters)
    {
        string?[] parts =
        [
            .. clusters.Select(Members), Quota(clusters), Certificate(state),
        ];
        var text = string.Join(", ", parts.OfType<string>());
        var seen = text.Length > 0
            ? $"{char.ToUpperInvariant(text[0])}{text[1..]}."
            : $"Nothing is wrong with {string.Join(", ", state.Polls.Select(poll => poll.Name))}.";
        return clusters.IsEmpty ? $"{seen} No etcd was looked at." : seen;
    }

    private static string Members(ClusterState cluster) =>
        $"{cluster.Up.Length} of {cluster.Voters?.ToString(CultureInfo.InvariantCulture) ?? "?"} etcd members "
        + (cluster.NotPolled > 0 ? "were polled and answer" : "answer")
        + (cluster.ReadsConsistently is true ? " and have a quorum" : "");

    private static string? Quota(ImmutableArray<ClusterState> clusters) => clusters
        .SelectMany(cluster => cluster.Up)
        .Select(member => member.Status!.DbBytes / (double?)member.Quota?.Bytes).Max() is { } used
            ? string.Create(CultureInfo.InvariantCulture, $"the database uses {used * 100:0.#} % of its quota")
            : null;

    private static string? Certificate(NodeState state) => NodeTables.Certificates(state.Certificates).Rows is
        [var first, ..] && first[2] is { Number: { } days } && first[0] is { Word: { } name }
        ? $"the next certificate ({name}) expires in {ReportCell.Duration(TimeSpan.FromDays(days))}"
        : null;
}
