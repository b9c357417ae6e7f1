namespace EtcdSentinelExporter.Findings;

/// <summary>Findings with one next step: three members with the same alarm are one problem for its reader.</summary>
/// <param name="Items">At least one, in the order of the report.</param>
internal sealed record FindingGroup(ImmutableArray<ReportedFinding> Items)
{
    public Finding First => Items[0].Finding;

    public string Runbook => Items[0].Runbook;

    /// <summary>What is wrong with what, one sentence each.</summary>
    public IEnumerable<string> Lines => Items.Select(item => $"{item.ShownSubject}: {item.Finding.Summary}");

    /// <summary>Commands of the next step, each once.</summary>
    public IEnumerable<string> Commands =>
        Items.Select(item => item.Command).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Groups, the most urgent first.</summary>
    /// <param name="sorted">The most urgent first.</param>
    public static ImmutableArray<FindingGroup> Of(IEnumerable<ReportedFinding> sorted) =>
    [
        .. sorted.GroupBy(item => (item.Finding.Code, item.Finding.Severity, item.Finding.NextStep))
            .Select(group => new FindingGroup([.. group])),
    ];
}
