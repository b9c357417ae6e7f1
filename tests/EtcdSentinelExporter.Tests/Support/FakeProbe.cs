using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A probe that calls a function.</summary>
internal sealed class FakeProbe<TReading>(Func<TReading?, CancellationToken, ValueTask<TReading>> read)
    : IProbe<TReading>
    where TReading : class
{
    public FakeProbe(Func<TReading?, TReading> read) : this((previous, _) => ValueTask.FromResult(read(previous))) { }

    public ValueTask<TReading> ReadAsync(TReading? previous, CancellationToken cancellationToken) =>
        read(previous, cancellationToken);
}
