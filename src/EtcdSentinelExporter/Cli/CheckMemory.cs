using System.Text.Json;
using System.Text.Json.Serialization;
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
    private const int MaxBytes = 1 << 20;
    private const int MaxPeers = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly FileStream? _file;
    private readonly CheckNotes _notes;

    // A run that has the file open locks it for others.
    private CheckMemory(string? path)
    {
        _file = path is null
            ? null
            : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _notes = Read(_file);
    }

    /// <summary>Locks the file.</summary>
    /// <returns><see langword="null"/> if another run has it. Where no file is possible, nothing is
    /// remembered.</returns>
    public static CheckMemory? Open(CommandContext context)
    {
        if (context.StateFolder is not { } folder)
            return new(path: null);
        var path = Path.Combine(folder, "check.json");
        try
        {
            Directory.CreateDirectory(folder);
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new(path);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path: null);
        }
    }

    /// <summary>Members that must not be called yet; <see langword="null"/> if there is none.</summary>
    public MembersReading? Members(DateTimeOffset now) =>
        _notes.Members.Where(note => note.Until > now).ToArray() is { Length: > 0 } notes
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
        _notes.Drives.Where(note => note.Until > now).ToArray() is { Length: > 0 } notes
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
        var named = from member in reading.Members
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
        return named.DistinctBy(member => member.Endpoint, StringComparer.Ordinal).Select(member =>
            hanging.FirstOrDefault(note => note.Endpoint == member.Endpoint) is { } note
                ? note with { Identity = member.Identity, Peers = member.Peers }
                : member);
    }

    public static IEnumerable<EtcdEndpoint> EndpointsOf(MembersReading reading) =>
        reading.Members.SelectMany(member => Parsed(member.Endpoint));

    /// <summary>Writes the notes for the next run; a failure to do so is no failure of the check.</summary>
    public void Save(ImmutableArray<CollectorPoll> polls, DateTimeOffset now)
    {
        if (_file is null)
            return;
        var notes = Notes(new NodeState(now, "", "", polls), now);
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

    private CheckNotes Notes(NodeState state, DateTimeOffset now) => new(
        [
            .. from member in state.Members?.Members ?? []
               where member.Failure?.Reason is EtcdReason.Timeout or EtcdReason.Busy
               select new HangNote(member.Endpoint, "", Until(_notes.Members, member.Endpoint, now)),
        ],
        [
            .. from drive in state.Drives?.Drives ?? []
               where drive.State is ReadState.Hung or ReadState.Timeout
               select new HangNote(
                   drive.Drive.Device, drive.Drive.Serial, Until(_notes.Drives, drive.Drive.Device, now)),
        ],
        state.Members is { } members && AllPeers(members) is { Length: > 0 } peers
            ? peers
            : _notes.Peers);

    // Also those that this run has polled, but not the member on this node: it is found without notes.
    private static ImmutableArray<string> AllPeers(MembersReading reading)
    {
        var own = reading.Members.Where(JointFindings.IsLocal)
            .Select(member => member.Identity?.MemberId).ToArray();
        return
        [
            .. reading.Members
                .SelectMany(member => member.Peers?.EndpointsById.AsEnumerable() ?? [])
                .Where(peer => !own.Contains(peer.Key))
                .Select(peer => peer.Value.Text).Distinct(StringComparer.Ordinal),
        ];
    }

    // Not asked again means that the pause is not made longer.
    private static DateTimeOffset Until(ImmutableArray<HangNote> before, string name, DateTimeOffset now) =>
        before.FirstOrDefault(note => note.Name == name && note.Until > now)?.Until ?? now + Pause;

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

    private static CheckNotes Read(FileStream? file)
    {
        try
        {
            return file is { Length: > 0 and < MaxBytes }
                ? JsonSerializer.Deserialize(file, CheckJson.Default.CheckNotes) ?? CheckNotes.None
                : CheckNotes.None;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return CheckNotes.None;
        }
    }
}

/// <param name="Name">Endpoint or device.</param>
/// <param name="Serial">Serial number of a drive; empty for a member.</param>
/// <param name="Until">Earliest time of the next call.</param>
internal sealed record HangNote(string Name, string Serial, DateTimeOffset Until);

/// <param name="Peers">Client URLs of the other members.</param>
internal sealed record CheckNotes(
    ImmutableArray<HangNote> Members, ImmutableArray<HangNote> Drives, ImmutableArray<string> Peers)
{
    public static CheckNotes None { get; } = new([], [], []);
}

/// <summary>JSON serializer of <see cref="CheckNotes"/>, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CheckNotes))]
internal sealed partial class CheckJson : JsonSerializerContext;
