using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Polling;

/// <summary>What a collector's judge says of a reading.</summary>
internal static class Judgement
{
    /// <summary>All findings, and why they are incomplete; <see langword="null"/> if they are complete.</summary>
    /// <remarks>No series depends on a finding: if the judge throws, only the remaining findings are lost.</remarks>
    public static (ImmutableArray<Finding> Findings, ProbeFailure? Failure) Of<TReading>(
        Func<TReading, IEnumerable<Finding>> judge, TReading reading, string collector)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        try
        {
            foreach (var finding in judge(reading))
                findings.Add(finding);
            return (findings.ToImmutable(), Failure: null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var failure = ProbeFailure.From(e);
            findings.Add(failure.ToFindingOfJudge(collector));
            return (findings.ToImmutable(), failure);
        }
    }
}
