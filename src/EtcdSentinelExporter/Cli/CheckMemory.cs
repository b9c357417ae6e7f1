using System.Text.Json;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Cli;

/// <summary>What one run of <c>check</c> leaves to the next: a lock, what hangs, and the members of the
/// cluster.</summary>
/// <remarks>Each call to a member or a drive that hangs stays there. The exporter sends one and waits; a command that
/// cron starts each minute would pile them up.</remarks>
internal sealed class CheckMemory : IDisposable
{
    private readonly FileStream? _file;
    private readonly CheckNotes _notes;

    private CheckMemory(FileStream? file)
    {
        _file = file;
        _notes = CheckNotes.Read(file);
    }

    /// <summary>Opens the file, which locks it for other runs.</summary>
    /// <returns><see langword="null"/> if another run has it. Where no file is possible, nothing is
    /// remembered.</returns>
    public static CheckMemory? Open(CommandContext context)
    {
        var (file, isTaken) = CheckNotesFile.Open(context.StateFolder);
        return isTaken ? null : new(file);
    }

    /// <summary>Members that must not be called yet; <see langword="null"/> if there is none.</summary>
    public MembersReading? Members(DateTimeOffset now) =>
        _notes.Members.Where(note => note.Holds(now)).ToArray() is { Length: > 0 } notes
            ? new(now, new([], [], []), [.. notes.Select(note => new MemberReading
            {
                Endpoint = note.Name,
                Failure = new(EtcdReason.Timeout, Said(note)),
                UnansweredStatuses = 1,
                StatusNotBefore = note.Until,
            })])
            : null;

    /// <summary>Drives that must not be read yet; <see langword="null"/> if there is none.</summary>
    public DrivesReading? Drives(DateTimeOffset now) =>
        _notes.Drives.Where(note => note.Holds(now)).ToArray() is { Length: > 0 } notes
            ? new(now, [.. notes.Select(note => new DriveReading(new(note.Name, note.Serial, "", null, null))
            {
                State = ReadState.Timeout,
                Message = Said(note),
                DueAt = note.Until,
            })], ScanProblem: null, Folder: null)
            : null;

    /// <summary>Endpoints of the members on this node, as this run found them without notes.</summary>
    public ImmutableArray<string> Local { get; set; } = [];

    /// <inheritdoc cref="CheckPeers.Of"/>
    public IEnumerable<EtcdEndpoint> Peers(MembersReading reading) => CheckPeers.Of(reading, _notes);

    /// <inheritdoc cref="CheckPeers.Known"/>
    public IEnumerable<MemberReading> Known(MembersReading reading, DateTimeOffset now) =>
        CheckPeers.Known(reading, Members(now)?.Members ?? []);

    /// <summary>Writes the notes for the next run; a failure to do so is no failure of the check.</summary>
    public void Save(ImmutableArray<CollectorPoll> polls, DateTimeOffset now)
    {
        if (_file is null)
            return;
        var notes = _notes.Next(new NodeState(now, "", "", polls), Local, now);
        try
        {
            _file.SetLength(0);
            JsonSerializer.Serialize(_file, notes, CheckJson.Default.CheckNotes);
            _file.Flush();
        }
        catch (IOException)
        {
            // A full disk: the next run asks again.
        }
    }

    public void Dispose() => _file?.Dispose();

    private static string Said(HangNote note) =>
        $"It did not answer an earlier check, and is not asked again before {note.Until:HH:mm:ss} UTC.";
}
