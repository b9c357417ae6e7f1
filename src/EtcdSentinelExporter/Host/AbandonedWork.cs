using System.Collections.Concurrent;

namespace EtcdSentinelExporter.Host;

/// <summary>Tracks blocking reads that timed out and have not returned yet. Safe for concurrent use.</summary>
internal sealed class AbandonedWork
{
    private readonly ConcurrentDictionary<string, Task> _tasks = new(StringComparer.Ordinal);

    /// <summary>Number of paths whose read had not returned at the last <see cref="RemoveReturned"/>.</summary>
    public int Count => _tasks.Count;

    public void Add(string path, Task work) => _tasks[path] = work;

    /// <summary>True if the read of this path had not returned at the last <see cref="RemoveReturned"/>.</summary>
    public bool Contains(string path) => _tasks.ContainsKey(path);

    /// <summary>Forgets the reads that have returned by now, and what they read: it may be a private key.</summary>
    public void RemoveReturned()
    {
        foreach (var entry in _tasks.Where(entry => entry.Value.IsCompleted))
            _tasks.TryRemove(entry);
    }
}
