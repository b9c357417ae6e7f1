namespace EtcdSentinelExporter.Metrics;

/// <summary>Creates bytes lazily, and caches them for all callers, also concurrent ones.</summary>
/// <remarks>A failure is not cached: it may be a temporary lack of memory.</remarks>
internal sealed class SharedBytes(Func<Task<byte[]>> make)
{
    private readonly Lock _gate = new();
    private Task<byte[]>? _made;

    public Task<byte[]> GetAsync()
    {
        lock (_gate)
            return _made = _made is null or { IsFaulted: true } or { IsCanceled: true } ? make() : _made;
    }
}
