using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Findings;

/// <summary>Result of a report, in ascending order of urgency. Something that could not be seen may hide a critical
/// finding, so it is worse than a warning.</summary>
internal enum ReportStatus { Ok, Warning, Unknown, Critical }

/// <summary>What is wrong on this node and what to do next: the content of the status page, of <c>/status.json</c> and
/// of the command <c>check</c>.</summary>
internal sealed record Report
{
    /// <summary>Version of the JSON form. It grows only with a change that is not an addition.</summary>
    public const int Schema = 1;

    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Name or address of the member on this node; <see langword="null"/> if none is known.</summary>
    public string? Member { get; init; }

    /// <summary>The node, and which member is there.</summary>
    public string Place => Member is null || Member == Node ? Node : $"{Node}, member {Member}";

    /// <summary>Version of the exporter, with its revision.</summary>
    public required string Version { get; init; }

    /// <summary>Version without the revision.</summary>
    public string Release => Version.Split(' ')[0];

    public required ReportStatus Status { get; init; }

    /// <summary>One sentence: the most urgent problem, or that there is none.</summary>
    public required string Verdict { get; init; }

    /// <summary>How the problem leads from the disk to the API server, as far as numbers show it; empty if they do not
    /// show two links.</summary>
    public ImmutableArray<CauseLink> Causes { get; init; } = [];

    /// <summary>The most urgent first.</summary>
    public ImmutableArray<ReportedFinding> Findings { get; init; } = [];

    /// <summary>What could not be known, and how to read what seems to contradict itself; one sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public ImmutableArray<ReportTable> Tables { get; init; } = [];

    /// <summary>How the status is written everywhere: <c>critical</c>.</summary>
    public string StatusWord => WordOf(Status);

    public int Count(Severity severity) => Findings.Count(item => item.Finding.Severity == severity);

    /// <summary>All words of <see cref="StatusWord"/>.</summary>
    public static ImmutableArray<string> StatusWords { get; } = [.. Enum.GetValues<ReportStatus>().Select(WordOf)];

    public static string Word(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "info",
    };

    private static string WordOf(ReportStatus status) => status switch
    {
        ReportStatus.Ok => "ok",
        ReportStatus.Warning => "warning",
        ReportStatus.Critical => "critical",
        _ => "unknown",
    };
}

/// <summary>One link of the chain from cause to effect.</summary>
/// <param name="Name">disk, fsync, heartbeats, leader or api.</param>
/// <param name="Evidence">One sentence with the numbers that show it.</param>
internal sealed record CauseLink(string Name, string Evidence);

/// <summary>A finding as it is shown: all texts are safe to show.</summary>
internal sealed record ReportedFinding
{
    private const int MaxSubject = 256;
    private const int MaxText = 1000;

    /// <param name="collector">Collector that found it.</param>
    /// <param name="command">Next command on this node; <see langword="null"/> if the next step is not one.</param>
    /// <param name="name">Name of the member whose address the subject is; <see langword="null"/> if it is none, or has
    /// no name.</param>
    public ReportedFinding(Finding finding, string collector, string? command = null, string? name = null)
    {
        (Collector, Command) = (collector, command is null ? null : DisplayText.Of(command, MaxText));
        Name = name is null ? null : DisplayText.Of(name, MaxSubject);
        Finding = finding with
        {
            Subject = DisplayText.Of(finding.Subject, MaxSubject),
            Summary = DisplayText.Of(finding.Summary, MaxText),
            NextStep = DisplayText.Of(finding.NextStep, MaxText),
        };
    }

    public Finding Finding { get; }

    public string Collector { get; }

    public string? Command { get; }

    /// <summary>Name of the member; <see langword="null"/> if the subject is none, or if it is not known.</summary>
    public string? Name { get; }

    /// <summary>What people call the subject: <c>cp-1 (https://127.0.0.1:2379)</c>.</summary>
    public string ShownSubject => Name is null ? Finding.Subject : $"{Name} ({Finding.Subject})";

    /// <summary>Path of the runbook, as the exporter serves it.</summary>
    public string Runbook => $"/runbooks/{Finding.Code}";
}
