using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Hashes;

/// <summary>Asks one member for its own revision, and for its hash.</summary>
internal interface IHashMember
{
    string Name { get; }

    bool IsLeader { get; }

    /// <exception cref="EtcdException">The member failed.</exception>
    Task<long> RevisionAsync(CancellationToken cancellationToken);

    /// <exception cref="EtcdException">The member failed, or the revision is compacted.</exception>
    Task<KvHash> HashAsync(long revision, CancellationToken cancellationToken);
}

/// <summary>Compares the data of all members by their hashes, one member at a time and the leader last.</summary>
/// <remarks>A member applies nothing while it hashes. A difference is reported only after three rounds that differ,
/// each at a revision of its own.</remarks>
/// <param name="pause">Time between two members, in which the last one catches up.</param>
/// <param name="say">Gets one line for each step.</param>
internal sealed class HashRun(
    ImmutableArray<IHashMember> members, TimeSpan pause, Action<string> say, TimeProvider clock)
{
    /// <summary>Rounds that must differ.</summary>
    public const int NeededRounds = 3;

    // A compaction every 5 minutes may spoil a round; one each minute would spoil all.
    private const int MaxRounds = 8;

    private readonly ImmutableArray<IHashMember> _members = [.. members.OrderBy(member => member.IsLeader)];

    public async Task<HashResult> RunAsync(CancellationToken cancellationToken)
    {
        var differing = 0;
        var last = new HashResult(HashOutcome.Unknown, "No round was complete.");
        for (var round = 1; round <= MaxRounds; round++)
        {
            if (round > 1)
                await Task.Delay(pause, clock, cancellationToken);
            last = await RoundAsync(cancellationToken);
            say($"round {round}: {last.Detail}");
            if (last.Outcome is HashOutcome.Same)
                return last;
            if (last.Outcome is HashOutcome.Differs && ++differing == NeededRounds)
                return last;
        }
        return new(HashOutcome.Unknown, $"No result after {MaxRounds} rounds. {last.Detail}");
    }

    private async Task<HashResult> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Each member must have applied it already.
            var revision = long.MaxValue;
            foreach (var member in _members)
                revision = Math.Min(revision, await member.RevisionAsync(cancellationToken));
            var hashes = ImmutableArray.CreateBuilder<KvHash>();
            foreach (var member in _members)
            {
                if (hashes.Count > 0)
                    await Task.Delay(pause, clock, cancellationToken);
                hashes.Add(await member.HashAsync(revision, cancellationToken));
            }
            return HashResult.Of(hashes.ToImmutable());
        }
        catch (EtcdException e)
        {
            return new(HashOutcome.Unknown, $"The round is repeated: {e.Message}");
        }
    }
}
