using System.Collections.Concurrent;

namespace EtcdSentinelExporter.Host;

/// <summary>Keeps track of blocking reads that were given up and have not returned yet. Safe for concurrent
/// use.</summary>
internal sealed class AbandonedWork
{
    private readonly ConcurrentDictionary<string, Task> _tasks = new(StringComparer.Ordinal);

    /// <summary>Paths whose read has not returned.</summary>
    public int Count
    {
        get
        {
            Forget();
            return _tasks.Count;
        }
    }

    public void Add(string path, Task work) => _tasks[path] = work;

    /// <summary>True while the read of this path has not returned.</summary>
    public bool Contains(string path) => _tasks.TryGetValue(path, out var work) && !work.IsCompleted;

    private void Forget()
    {
        foreach (var (path, work) in _tasks)
        {
            if (work.IsCompleted)
                _tasks.TryRemove(path, out _);
        }
    }
}
