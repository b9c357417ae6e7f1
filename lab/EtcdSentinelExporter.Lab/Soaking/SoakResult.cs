using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Everything that a soak saw.</summary>
/// <param name="WarmUp">Hours at the start that the judgement of memory leaves out.</param>
/// <param name="Before">The largest counts before the first fault.</param>
/// <param name="After">The counts after the last one.</param>
/// <param name="Samples">In order.</param>
/// <param name="Faults">Number of each kind.</param>
/// <param name="Exit">Exit code after SIGTERM.</param>
/// <param name="Left">Stand-ins for smartctl after that.</param>
internal sealed record SoakResult(
    double WarmUp, SoakSample Before, SoakSample After, ImmutableArray<SoakSample> Samples,
    ImmutableArray<SoakScrape> Scrapes, ImmutableSortedDictionary<string, int> Faults, int Exit, int Left)
{
    /// <summary>Their number, and that of each kind.</summary>
    public string FaultText =>
        $"{Faults.Values.Sum()}: {string.Join(", ", Faults.Select(one => $"{one.Key} {one.Value}"))}";
}
