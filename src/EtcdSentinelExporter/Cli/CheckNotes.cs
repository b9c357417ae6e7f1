using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Cli;

/// <summary>The notes of <see cref="CheckMemory"/>, as their file has them.</summary>
/// <param name="Peers">Client URLs of the other members.</param>
internal sealed record CheckNotes(
    ImmutableArray<HangNote> Members, ImmutableArray<HangNote> Drives, ImmutableArray<string> Peers)
{
    private const int MaxBytes = 1 << 20;

    public static CheckNotes None { get; } = new([], [], []);

    /// <returns><see cref="None"/> if there is no file, and if it is invalid.</returns>
    public static CheckNotes Read(FileStream? file)
    {
        try
        {
            return file is { Length: > 0 and < MaxBytes }
                ? JsonSerializer.Deserialize(file, CheckJson.Default.CheckNotes) ?? None
                : None;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return None;
        }
    }

    /// <summary>The notes after a run. What it did not poll stays as noted.</summary>
    /// <param name="local">Endpoints of the members on this node.</param>
    public CheckNotes Next(NodeState state, ImmutableArray<string> local, DateTimeOffset now) => new(
        [
            .. from member in state.Members?.Members ?? []
               where member.Failure?.Reason is EtcdReason.Timeout or EtcdReason.Busy
               select new HangNote(member.Endpoint, "", Until(Members, member.Endpoint, now)),
            .. Others(Members, state.Members?.Members.Select(member => member.Endpoint), now),
        ],
        [
            .. from drive in state.Drives?.Drives ?? []
               where drive.State is ReadState.Hung or ReadState.Timeout
               select new HangNote(drive.Drive.Device, drive.Drive.Serial, Until(Drives, drive.Drive.Device, now)),
            .. Others(Drives, state.Drives?.All.Select(drive => drive.Drive.Device), now),
        ],
        state.Members is { } members && PeersOf(members, local) is { Length: > 0 } peers ? peers : Peers);

    // Also those that this run has polled, but not the member on this node: it is found without notes. While that one
    // does not say who it is, its own URL in the list cannot be told from those of others.
    private static ImmutableArray<string> PeersOf(MembersReading reading, ImmutableArray<string> local)
    {
        var own = reading.Members.Where(member => local.Contains(member.Endpoint, StringComparer.Ordinal))
            .Select(member => member.Identity?.MemberId).ToArray();
        return own.Contains(null) ? [] :
        [
            .. reading.Members
                .SelectMany(member => member.Peers?.EndpointsById.AsEnumerable() ?? [])
                .Where(peer => !own.Contains(peer.Key))
                .Select(peer => peer.Value.Text).Distinct(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<HangNote> Others(
        ImmutableArray<HangNote> before, IEnumerable<string>? polled, DateTimeOffset now)
    {
        var names = polled?.ToHashSet(StringComparer.Ordinal) ?? [];
        return before.Where(note => note.Holds(now) && !names.Contains(note.Name));
    }

    // Not asked again means that the pause is not made longer.
    private static DateTimeOffset Until(ImmutableArray<HangNote> before, string name, DateTimeOffset now) =>
        before.FirstOrDefault(note => note.Name == name && note.Holds(now))?.Until ?? now + HangNote.Pause;
}

/// <param name="Name">Endpoint or device.</param>
/// <param name="Serial">Serial number of a drive; empty for a member.</param>
/// <param name="Until">Earliest time of the next call.</param>
internal sealed record HangNote(string Name, string Serial, DateTimeOffset Until)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>True if the pause is not over. A time that is later than any pause is of a clock that was set back
    /// since.</summary>
    public bool Holds(DateTimeOffset now) => Until > now && Until - now <= Pause;
}

/// <summary>JSON serializer of <see cref="CheckNotes"/>, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CheckNotes))]
internal sealed partial class CheckJson : JsonSerializerContext;
