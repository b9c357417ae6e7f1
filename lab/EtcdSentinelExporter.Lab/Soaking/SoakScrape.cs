namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>One scrape, beside the control at the same moment. Times in milliseconds.</summary>
/// <param name="Hours">Since the start of the run.</param>
/// <param name="Took">Until the last byte; that of a failed scrape is how long it lasted.</param>
/// <param name="Control">The same bytes of nginx, requested at the same moment.</param>
/// <param name="Late">The longest delay of a thread that sleeps for a millisecond.</param>
/// <param name="Waited">How long threads of the exporter waited for a processor, all together.</param>
/// <param name="Used">Processor time that they used.</param>
/// <param name="Failure">Why there is no page; <see langword="null"/> if there is one.</param>
internal sealed record SoakScrape(
    double Hours, string Form, double Took, double Control, double Late, double Waited, double Used,
    string? Failure)
{
    public const string Header = "hours,form,took,control,late,waited,used,failure";

    /// <summary>A scrape that takes longer is slow.</summary>
    public const double Limit = 50;

    // A scrape needs a processor at least twice: the server and the client. The control's thread needs it once.
    private const double LateLimit = Limit / 2;

    public bool IsSlow => Took > Limit;

    public bool IsControlLate => Control > Limit || Late > LateLimit;

    /// <summary>True for a slow scrape that the machine did not cause: the exporter kept half of the processors busy
    /// itself; or the control was not late, and the time for which the exporter waited for a processor does not explain
    /// it.</summary>
    public bool IsSlowAlone => IsSlow
        && (Used > Took * Environment.ProcessorCount / 2 || (!IsControlLate && Waited < Took - Limit));

    public string Line => FormattableString.Invariant(
        $"{Hours:0.0000},{Form},{Took:0.00},{Control:0.00},{Late:0.00},{Waited:0.00},")
        + FormattableString.Invariant($"{Used:0.00},{Failure}");
}
