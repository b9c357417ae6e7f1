using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>What a run did, in a file and on standard output.</summary>
internal sealed class RecoveryJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly TextWriter _out;
    private readonly TimeProvider _clock;
    private readonly string _cluster;

    private RecoveryJournal(string path, string cluster, TimeSpan maxAge, TextWriter to, TimeProvider clock)
    {
        _file = new(path, Options());
        (_out, _clock, _cluster) = (to, clock, cluster);
        History = JournalHistory.Of(_file, cluster, maxAge, clock.GetUtcNow());
        if (!History.IsOurs)
            _file.SetLength(0);
        // A line that was cut off would swallow the next one.
        else if (!EndsLine(_file))
            _file.Write("\n"u8);
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>What earlier runs left.</summary>
    public JournalHistory History { get; }

    /// <summary>Opens the file, which no other run can have open at the same time. Entries of another cluster and from
    /// longer ago are dropped.</summary>
    /// <param name="maxAge">Age of the last entry from which on it counts no more.</param>
    /// <exception cref="IOException">It cannot be written, or another run has it.</exception>
    public static RecoveryJournal Open(
        string path, ulong clusterId, TimeSpan maxAge, TextWriter to, TimeProvider clock) =>
        new(path, MemberFacts.Hex(clusterId), maxAge, to, clock);

    /// <summary>True if this run began a step that changes the cluster.</summary>
    public bool HasChanged { get; private set; }

    public void Begin(string step, string text, ulong? member = null) =>
        Write(Entry(JournalEntry.Begin, step, member is { } id ? MemberFacts.Hex(id) : "", text));

    /// <summary>Begins a compaction, which changes the cluster.</summary>
    public void BeginCompaction(long revision, string text)
    {
        HasChanged = true;
        Write(Entry(JournalEntry.Begin, "compact", "", text) with { Revision = revision });
    }

    /// <summary>Begins a step that changes the cluster.</summary>
    public void BeginChange(string step, string text, ulong? member = null)
    {
        HasChanged = true;
        Begin(step, text, member);
    }

    public void End(string step, string text, ulong? member = null) =>
        Write(Entry(JournalEntry.End, step, member is { } id ? MemberFacts.Hex(id) : "", text));

    public void Saving(string path, string text) => Write(Entry(JournalEntry.Begin, "snapshot", path, text));

    /// <summary>The snapshot is whole.</summary>
    public void Saved(string path, string text) => Write(Entry(JournalEntry.End, "snapshot", path, text));

    /// <summary>Writes why the run stops. Where that fails too, the run stops all the same.</summary>
    public void Stop(string code, string text)
    {
        var entry = Entry(JournalEntry.Stop, code, "", text);
        foreach (var write in (Action<JournalEntry>[])[Append, Show])
        {
            try
            {
                write(entry);
            }
            catch (IOException)
            {
                // The disk is full, or nobody reads the output: often that is why it stops.
            }
        }
    }

    public void Done(string text) => Write(Entry(JournalEntry.Done, "", "", text));

    /// <summary>Removes the file if nothing was written.</summary>
    public void Dispose()
    {
        var isEmpty = _file.Length == 0;
        // While it is still ours.
        if (isEmpty)
            File.Delete(_file.Name);
        _file.Dispose();
    }

    private void Write(JournalEntry entry)
    {
        Append(entry);
        Show(entry);
    }

    private JournalEntry Entry(string happened, string step, string member, string text) =>
        new(_clock.GetUtcNow(), _cluster, happened, step, member, text);

    private void Append(JournalEntry entry)
    {
        _file.Write(entry.ToLine());
        _file.Flush(flushToDisk: true);
    }

    private void Show(JournalEntry entry)
    {
        _out.WriteLine(entry.Shown);
        _out.Flush();
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            // What could not be written is not tried again when the file is closed.
            BufferSize = 0,
        };
        if (OperatingSystem.IsLinux())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
