using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Backups;

/// <summary>Verifies files one after the other, on a thread in the background that outlives a poll.</summary>
/// <remarks>A thread that made no progress from one poll to the next is abandoned, and another continues with the files
/// of other disks. Not for concurrent use.</remarks>
/// <param name="read">Reads one file. Blocks.</param>
/// <param name="clock">Measures how long a caller waits.</param>
internal sealed class SnapshotVerifier(
    Func<string, ReadProgress, (SnapshotCheck Check, FileIdentity? Of)> read, TimeProvider clock)
{
    // Each costs a thread until its disk answers.
    private const int MaxStuck = 4;

    private static readonly SnapshotCheck Hung =
        new(SnapshotCheck.Unreadable, "Its disk does not respond; check the kernel log (dmesg).");

    private readonly Lock _gate = new();
    private readonly List<Run> _stuck = [];
    private ImmutableQueue<BackupFile> _waiting = [];
    private ImmutableDictionary<FileIdentity, SnapshotCheck> _results =
        ImmutableDictionary<FileIdentity, SnapshotCheck>.Empty;

    private Run? _run;
    private long _bytesOfEnded;

    /// <summary>Bytes that were read since the start.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytesOfEnded + (_run?.Progress.Bytes ?? 0) + _stuck.Sum(run => run.Progress.Bytes);
        }
    }

    /// <summary>Starts with these files instead of those of the last call, and waits for the results.</summary>
    /// <param name="files">Files to verify, in this order.</param>
    /// <param name="patience">Maximum time to wait. What is not verified until then continues.</param>
    /// <returns>The results until now.</returns>
    public async Task<ImmutableDictionary<FileIdentity, SnapshotCheck>> VerifyAsync(
        ImmutableArray<BackupFile> files, TimeSpan patience, CancellationToken cancellationToken)
    {
        var running = Start(files);
        try
        {
            await running.WaitAsync(patience, clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // It goes on.
        }
        lock (_gate)
        {
            return _results.SetItems(
                files.Where(IsOnStuckDisk).Select(file => KeyValuePair.Create(file.Identity, Hung)));
        }
    }

    private Task Start(ImmutableArray<BackupFile> files)
    {
        lock (_gate)
        {
            var wanted = files.Select(file => file.Identity).ToHashSet();
            _results = _results.Where(result => result.Value.IsFinal && wanted.Contains(result.Key))
                .ToImmutableDictionary();
            foreach (var returned in _stuck.Where(run => run.IsEnded).ToArray())
                End(returned, () => _stuck.Remove(returned));
            if (_run is { IsEnded: true } ended)
                End(ended, () => _run = null);
            else if (_run is { MadeProgress: false } && _stuck.Count < MaxStuck)
                Abandon(_run);
            _waiting = [.. files.Where(file => !_results.ContainsKey(file.Identity)
                && _run?.Current?.Identity != file.Identity && !IsOnStuckDisk(file))];
            if (_run is null && !_waiting.IsEmpty)
            {
                _run = new(Next, Add, read);
                _run.Start();
            }
            return _run?.Task ?? Task.CompletedTask;
        }
    }

    private void Abandon(Run run)
    {
        run.Progress.Abandon();
        _stuck.Add(run);
        _run = null;
    }

    private void End(Run run, Action remove)
    {
        _bytesOfEnded += run.Progress.Bytes;
        remove();
    }

    private bool IsOnStuckDisk(BackupFile file) =>
        _stuck.Exists(run => run.Current?.Identity.Device == file.Identity.Device);

    /// <returns><see langword="null"/> if there is no other file: the run ends.</returns>
    private BackupFile? Next(Run run)
    {
        lock (_gate)
        {
            if (run != _run || _waiting.IsEmpty)
            {
                run.HasNoMore = true;
                return null;
            }
            _waiting = _waiting.Dequeue(out var file);
            return file;
        }
    }

    private void Add(FileIdentity identity, SnapshotCheck check)
    {
        lock (_gate)
            _results = _results.SetItem(identity, check);
    }

    /// <summary>One thread.</summary>
    private sealed class Run(
        Func<Run, BackupFile?> next, Action<FileIdentity, SnapshotCheck> add,
        Func<string, ReadProgress, (SnapshotCheck Check, FileIdentity? Of)> read)
    {
        private long _bytesBefore = -1;
        private BackupFile? _current;

        public ReadProgress Progress { get; } = new();

        public Task Task { get; private set; } = Task.CompletedTask;

        public BackupFile? Current => Volatile.Read(ref _current);

        /// <summary>True if it takes no other file: set under the lock of the owner.</summary>
        public bool HasNoMore { get; set; }

        public bool IsEnded => HasNoMore || Task.IsCompleted;

        /// <summary>False if it has read nothing since the last call.</summary>
        public bool MadeProgress
        {
            get
            {
                var before = _bytesBefore;
                _bytesBefore = Progress.Bytes;
                return _bytesBefore != before;
            }
        }

        public void Start() => Task = DedicatedThread.Run(Work);

        private void Work()
        {
            BackgroundReading.LowerPriority();
            while (next(this) is { } file)
            {
                Volatile.Write(ref _current, file);
                add(file.Identity, Read(file));
            }
        }

        // A file that breaks its reader must not keep the others from being read.
        private SnapshotCheck Read(BackupFile file)
        {
            try
            {
                var (check, of) = read(file.Path, Progress);
                return of is null || of == file.Identity ? check : SnapshotCheck.StillWritten;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return new(SnapshotCheck.Unreadable, $"It cannot be read: {e.GetType().Name}: {e.Message}");
            }
        }
    }
}
