using System.Collections.Concurrent;

namespace EtcdSentinelExporter.Host;

/// <summary>Tracks blocking reads that timed out and have not returned yet. Safe for concurrent use.</summary>
internal sealed class AbandonedWork
{
    private readonly ConcurrentDictionary<string, Task> _tasks = new(StringComparer.Ordinal);

    /// <summary>Number of paths whose read has not returned.</summary>
    public int Count
    {
        get
        {
            RemoveCompleted();
            return _tasks.Count;
        }
    }

    public void Add(string path, Task work) => _tasks[path] = work;

    /// <summary>True while the read of this path has not returned.</summary>
    public bool Contains(string path) => _tasks.TryGetValue(path, out var work) && !work.IsCompleted;

    private void RemoveCompleted()
    {
        foreach (var (path, work) in _tasks)
        {
            if (work.IsCompleted)
                _tasks.TryRemove(path, out _);
        }
    }
}
