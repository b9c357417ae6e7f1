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
    private const int MaxPeers = 64;

    // EWOULDBLOCK of Linux: the lock is held.
    private const int WouldBlock = 11;

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
        if (context.StateFolder is not { } folder || !TryCreate(folder))
            return new(file: null);
        try
        {
            return new(new FileStream(
                Path.Combine(folder, "check.json"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is WouldBlock)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(file: null);
        }
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

    /// <summary>Other members of the cluster: as the polled ones list them, or as an earlier run saw them while the
    /// polled ones do not answer.</summary>
    public IEnumerable<EtcdEndpoint> Peers(MembersReading reading)
    {
        var listed = PeersOf(reading).ToArray();
        return listed.Length > 0 || reading.Members.IsEmpty ? listed : _notes.Peers.Take(MaxPeers).SelectMany(Parsed);
    }

    /// <summary>What is known of other members before they are polled: their identity from the member list, so that one
    /// that is down has a name, and that some must not be called yet.</summary>
    public IEnumerable<MemberReading> Known(MembersReading reading, DateTimeOffset now)
    {
        var hanging = Members(now)?.Members ?? [];
        var known = Named(reading).DistinctBy(member => member.Endpoint, StringComparer.Ordinal).Select(member =>
            hanging.FirstOrDefault(note => note.Endpoint == member.Endpoint) is { } note
                ? note with { Identity = member.Identity, Peers = member.Peers }
                : member).ToArray();
        // Without the member list a member that hangs is known from the notes alone.
        return known.Concat(hanging.Where(note => !reading.Members.Concat(known).Any(
            member => member.Endpoint == note.Endpoint)));
    }

    public static IEnumerable<EtcdEndpoint> EndpointsOf(MembersReading reading) =>
        reading.Members.SelectMany(member => Parsed(member.Endpoint));

    /// <summary>Writes the notes for the next run; a failure to do so is no failure of the check.</summary>
    public void Save(ImmutableArray<CollectorPoll> polls, DateTimeOffset now)
    {
        if (_file is null)
            return;
        var notes = _notes.Next(new NodeState(now, "", "", polls), now);
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

    private static bool TryCreate(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<MemberReading> Named(MembersReading reading) =>
        from member in reading.Members
        where member.Identity is not null
        from peer in PeersOf(reading, member)
        select new MemberReading
        {
            Endpoint = peer.Value.Text,
            Identity = new(
                member.Peers!.NamesById.GetValueOrDefault(peer.Key, ""), peer.Key,
                member.Identity!.ClusterId, Version: "", StorageVersion: ""),
            Peers = member.Peers,
        };

    // Without those that are polled already, perhaps at another address.
    private static IEnumerable<EtcdEndpoint> PeersOf(MembersReading reading) =>
        reading.Members.SelectMany(member => PeersOf(reading, member)).Select(peer => peer.Value);

    private static IEnumerable<KeyValuePair<ulong, EtcdEndpoint>> PeersOf(
        MembersReading reading, MemberReading member) =>
        (member.Peers?.EndpointsById ?? ImmutableSortedDictionary<ulong, EtcdEndpoint>.Empty)
        .Where(peer => !reading.Members.Any(own => own.Identity?.MemberId == peer.Key));

    private static string Said(HangNote note) =>
        $"It did not answer an earlier check, and is not asked again before {note.Until:HH:mm:ss} UTC.";

    private static IEnumerable<EtcdEndpoint> Parsed(string text)
    {
        try
        {
            return [EtcdEndpoint.Parse(text)];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
