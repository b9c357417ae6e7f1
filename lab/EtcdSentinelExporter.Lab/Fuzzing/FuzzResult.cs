namespace EtcdSentinelExporter.Lab.Fuzzing;

/// <summary>What a parser did with many inputs.</summary>
internal sealed class FuzzResult
{
    public long Accepted { get; set; }

    public long Rejected { get; set; }

    public long Runs => Accepted + Rejected + (Failure is null ? 0 : 1);

    /// <summary>Duration of the slowest run.</summary>
    public TimeSpan Slowest { get; set; }

    /// <summary>Bytes allocated by the run that allocated most.</summary>
    public long MostAllocated { get; set; }

    /// <summary>The first failure; <see langword="null"/> if there was none.</summary>
    public FuzzFailure? Failure { get; set; }
}

/// <param name="Input">As short as it could be made.</param>
/// <param name="Problem">The exception, or the limit that was exceeded.</param>
internal sealed record FuzzFailure(byte[] Input, string Problem);
