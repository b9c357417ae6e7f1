using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>Something of which a node may have few or many.</summary>
/// <param name="Collector">The collector whose polls are measured; the others are off. Empty for all of them.</param>
/// <param name="Arrange">Prepares one step.</param>
internal sealed record ScaleDimension(
    string Name, string Collector, ImmutableArray<int> Steps, Func<int, Task<ScaleStep>> Arrange);

/// <summary>What stands around the exporter in one step.</summary>
/// <param name="Settings">Settings of the exporter.</param>
/// <param name="IsWhole">True for a page that has all.</param>
internal sealed record ScaleStep(ImmutableArray<string> Settings, Func<Scrape, bool> IsWhole) : IAsyncDisposable
{
    /// <summary>Ends with the step.</summary>
    public IAsyncDisposable? Owned { get; init; }

    /// <summary>Clients that scrape; <see langword="null"/> to measure polls.</summary>
    public Scrapers? Load { get; init; }

    /// <summary>The least time to measure, in seconds: for work that is rarely done.</summary>
    public int MinSeconds { get; init; }

    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The figures of one step.</summary>
/// <param name="Each">Processor time of a poll, or of a scrape, in ms.</param>
/// <param name="Minute">Processor time of a minute, in ms.</param>
/// <param name="Took">Median duration of a poll by the exporter's own metric, or of a scrape, in ms.</param>
/// <param name="Anonymous">Anonymous memory in MiB, median.</param>
/// <param name="Bytes">Length of the page.</param>
internal sealed record ScaleRow(
    int Size, double Each, double Minute, double Took, double Anonymous, int Bytes, double Load);
