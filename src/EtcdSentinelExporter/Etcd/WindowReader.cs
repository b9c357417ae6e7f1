namespace EtcdSentinelExporter.Etcd;

/// <summary>Looks at a member's metrics page twice, for what happens right now and not since etcd
/// was started.</summary>
/// <param name="read">The page with <see cref="MetricsWindow.Families"/>.</param>
/// <param name="clock">Waits, and measures how long it was.</param>
internal sealed class WindowReader(Func<CancellationToken, Task<MetricsPage>> read, TimeProvider clock)
{
    /// <param name="apart">Time between the looks: some seconds, for a quiet etcd flushes only now and then.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="EtcdException">One of the pages cannot be had.</exception>
    /// <exception cref="FormatException">One of the pages makes no sense.</exception>
    public async Task<MetricsWindow> ReadAsync(TimeSpan apart, CancellationToken cancellationToken)
    {
        var first = await read(cancellationToken);
        var begun = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        await Task.Delay(apart, clock, cancellationToken);
        var second = await read(cancellationToken);
        return MetricsWindow.Between(first, second, begun, clock.GetElapsedTime(started));
    }
}
