namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>Runs one input through a parser, within limits of time and memory.</summary>
internal sealed class FuzzRunner(FuzzTarget target, TimeProvider clock)
{
    // One input of 1 MiB. Another program may have the processor meanwhile, so a slow run is repeated.
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);
    private const int MaxTries = 3;

    private const long MaxAllocated = 256L << 20;

    /// <summary>Runs an input, and repeats a slow run.</summary>
    public FuzzRun Run(byte[] input)
    {
        var run = Measure(input);
        for (var tries = 1; run.Took > MaxTime && tries < MaxTries; tries++)
        {
            var again = Measure(input);
            run = again.Took < run.Took ? again : run;
        }
        return run.Problem is not null ? run
            : run.Took > MaxTime ? run with { Problem = $"took more than {MaxTime.TotalSeconds:0} s" }
            : run.Allocated > MaxAllocated ? run with { Problem = $"allocated more than {MaxAllocated >> 20} MiB" }
            : run;
    }

    private FuzzRun Measure(byte[] input)
    {
        byte[] own = [.. input]; // parsers of secrets wipe what they get
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = clock.GetTimestamp();
        var (rejection, problem) = Try(own);
        return new(
            rejection, problem, clock.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private (string? Rejection, string? Problem) Try(byte[] input)
    {
        try
        {
            return (target.Rejection(input), null);
        }
        catch (Exception e)
        {
            return (null, e.ToString());
        }
    }
}

/// <param name="Rejection">Why the input is rejected; <see langword="null"/> if it is valid.</param>
/// <param name="Problem"><see langword="null"/> if the property holds.</param>
/// <param name="Allocated">In bytes.</param>
internal readonly record struct FuzzRun(string? Rejection, string? Problem, TimeSpan Took, long Allocated)
{
    /// <summary>The first line and the place of a problem: equal for inputs that break the same.</summary>
    public string? Kind => Problem?.Split('\n') switch
    {
        [var first, var place, ..] => first.Split(':')[0] + place,
        [var only] => only,
        _ => null,
    };
}
