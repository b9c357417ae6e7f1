namespace EtcdSentinelExporter.Lab.Views;

/// <summary>What Prometheus shows about one subject, as a table, compared with another program's answer.</summary>
internal interface IView
{
    /// <summary>Clause for the message when they differ: "Prometheus and etcdctl do not agree".</summary>
    string Disagreement { get; }

    /// <summary>Returns one line for each value that is missing or differs: <c>NODE: …</c>.</summary>
    Task<IReadOnlyList<string>> CompareAsync();

    /// <summary>Returns the table, one line per row, the first one with headings.</summary>
    Task<IReadOnlyList<string>> DrawAsync();
}
