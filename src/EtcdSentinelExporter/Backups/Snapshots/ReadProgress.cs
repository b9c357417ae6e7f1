namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>Counts the bytes that a thread reads, and ends its work. Safe for concurrent use.</summary>
internal sealed class ReadProgress
{
    private long _bytes;
    private volatile bool _isAbandoned;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Makes the next step of the work throw.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <exception cref="OperationCanceledException">The work was abandoned.</exception>
    public void Add(int bytes)
    {
        Check();
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <inheritdoc cref="Add"/>
    public void Check()
    {
        if (_isAbandoned)
            throw new OperationCanceledException("The file is no longer of interest.");
    }
}
