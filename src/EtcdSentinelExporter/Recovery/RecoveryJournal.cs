using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>What a run did, in a file and on standard output. After a run that was cut off it says which member may
/// still be defragmenting, and which snapshot is done; all else is read anew.</summary>
internal sealed class RecoveryJournal : IDisposable
{
    private const int MaxBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly TextWriter _out;
    private readonly TimeProvider _clock;
    private readonly string _cluster;

    private RecoveryJournal(string path, string cluster, TimeSpan maxAge, TextWriter to, TimeProvider clock)
    {
        _file = new(path, Options());
        (_out, _clock, _cluster) = (to, clock, cluster);
        var entries = Read(_file);
        IsResumed = entries is [.., { Event: not JournalEntry.Done, Cluster: var other } last]
            && other == cluster && clock.GetUtcNow() - last.At < maxAge;
        if (IsResumed)
        {
            Unfinished = UnfinishedIn(entries);
            Snapshot = SnapshotIn(entries);
        }
        else
        {
            _file.SetLength(0);
        }
    }

    /// <summary>The member whose defragmentation began in a run that was cut off; <see langword="null"/> if there is
    /// none.</summary>
    public ulong? Unfinished { get; }

    /// <summary>File of the snapshot of that run, which may not be whole; <see langword="null"/> if it has none, or if
    /// it began to disarm since: then there may be newer data.</summary>
    public string? Snapshot { get; }

    /// <summary>True if this run goes on where another one was cut off.</summary>
    public bool IsResumed { get; }

    /// <summary>Opens the file, which no other run can have open at the same time. Entries of another cluster, of a run
    /// that was done, and from longer ago are dropped.</summary>
    /// <param name="maxAge">Age of the last entry from which on it counts no more.</param>
    /// <exception cref="IOException">It cannot be written, or another run has it.</exception>
    public static RecoveryJournal Open(
        string path, ulong clusterId, TimeSpan maxAge, TextWriter to, TimeProvider clock) =>
        new(path, MemberFacts.Hex(clusterId), maxAge, to, clock);

    /// <summary>True if this run began a step that changes the cluster.</summary>
    public bool HasChanged { get; private set; }

    public void Begin(string step, string text, ulong? member = null) =>
        Write(JournalEntry.Begin, step, member is { } id ? MemberFacts.Hex(id) : "", text);

    /// <summary>Begins a step that changes the cluster.</summary>
    public void BeginChange(string step, string text, ulong? member = null)
    {
        HasChanged = true;
        Begin(step, text, member);
    }

    public void End(string step, string text, ulong? member = null) =>
        Write(JournalEntry.End, step, member is { } id ? MemberFacts.Hex(id) : "", text);

    public void Saving(string path, string text) => Write(JournalEntry.Begin, "snapshot", path, text);

    /// <summary>The snapshot is whole.</summary>
    public void Saved(string path, string text) => Write(JournalEntry.End, "snapshot", path, text);

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

    public void Done(string text) => Write(JournalEntry.Done, "", "", text);

    public void Dispose() => _file.Dispose();

    private void Write(string happened, string step, string member, string text)
    {
        var entry = Entry(happened, step, member, text);
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

    private static JournalEntry[] Read(FileStream file)
    {
        if (file.Length > MaxBytes)
            return [];
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        return [.. reader.ReadToEnd().Split('\n').Select(JournalEntry.Parse).OfType<JournalEntry>()];
    }

    private static string? SnapshotIn(JournalEntry[] entries) => entries.Reverse()
        .TakeWhile(one => one is not { Step: "disarm", Event: JournalEntry.Begin })
        .FirstOrDefault(one => one is { Step: "snapshot", Event: not JournalEntry.Stop })?.Member;

    private static ulong? UnfinishedIn(JournalEntry[] entries)
    {
        var last = entries.LastOrDefault(
            one => one is { Step: "defragment", Event: JournalEntry.Begin or JournalEntry.End });
        return last is { Event: JournalEntry.Begin }
            && ulong.TryParse(last.Member, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
    }
}
