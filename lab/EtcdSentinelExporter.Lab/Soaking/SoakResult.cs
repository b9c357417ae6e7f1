using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Everything that a soak saw.</summary>
/// <param name="WarmUp">Hours at the start that the judgement of memory leaves out.</param>
/// <param name="Before">The counts before the first fault: see <see cref="SoakSample.Or"/>.</param>
/// <param name="After">The counts after the last one.</param>
/// <param name="Samples">In order.</param>
/// <param name="Faults">Number of each kind.</param>
/// <param name="Failures">Why faults could not be made or healed.</param>
/// <param name="IsWhole">True if after the last fault each collector polled again with success, and all was on the
/// page.</param>
/// <param name="Exit">Exit code after SIGTERM; <see langword="null"/> if it did not end.</param>
/// <param name="Left">Stand-ins for smartctl after that.</param>
internal sealed record SoakResult(
    double WarmUp, SoakSample Before, SoakSample After, ImmutableArray<SoakSample> Samples,
    ImmutableArray<SoakScrape> Scrapes, ImmutableSortedDictionary<string, int> Faults,
    ImmutableArray<string> Failures, bool IsWhole, int? Exit, int Left)
{
    /// <summary>Their number, and that of each kind.</summary>
    public string FaultText =>
        $"{Faults.Values.Sum()}: {string.Join(", ", Faults.Select(one => $"{one.Key} {one.Value}"))}";
}
