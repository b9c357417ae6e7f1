namespace EtcdSentinelExporter.Metrics;

/// <summary>Bytes that are made once, when they are first asked for, and shared by concurrent callers.</summary>
/// <remarks>A failure is not kept: it may be a lack of memory that is over.</remarks>
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
