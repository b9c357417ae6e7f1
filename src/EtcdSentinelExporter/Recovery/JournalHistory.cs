using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Recovery;

/// <summary>What earlier runs of this node left in the journal. All else is read anew.</summary>
internal sealed record JournalHistory
{
    private const int MaxBytes = 1 << 20;

    /// <summary>True if the entries are of this cluster, and not too old.</summary>
    public bool IsOurs { get; init; }

    /// <summary>True if the last run was cut off, or stopped.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The member whose defragmentation began in that run and did not end; <see langword="null"/> if there is
    /// none.</summary>
    public ulong? Unfinished { get; init; }

    /// <summary>File of the snapshot of that run, which may not be whole; <see langword="null"/> if it has none, or if
    /// it began to disarm since: then there may be newer data.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Revisions to which runs of this node began to compact.</summary>
    public ImmutableHashSet<long> Compacted { get; init; } = [];

    /// <summary>Reads a journal and does not change it.</summary>
    /// <param name="clusterId">ID in hexadecimal; <see langword="null"/> for any cluster.</param>
    /// <param name="maxAge">Age of the last entry from which on nothing counts.</param>
    /// <returns>An empty history if it cannot be read, as while another run has it.</returns>
    public static JournalHistory At(string path, string? clusterId, TimeSpan maxAge, DateTimeOffset now)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Of(file, clusterId, maxAge, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new();
        }
    }

    /// <inheritdoc cref="At"/>
    /// <param name="file">The journal, at its beginning.</param>
    public static JournalHistory Of(FileStream file, string? clusterId, TimeSpan maxAge, DateTimeOffset now)
    {
        var entries = Read(file);
        if (entries is not [.., { Cluster: var cluster } last]
            || cluster != (clusterId ?? cluster) || now - last.At >= maxAge)
        {
            return new();
        }
        JournalEntry[] run = [.. entries.Reverse().TakeWhile(one => one.Event is not JournalEntry.Done).Reverse()];
        return new()
        {
            IsOurs = true,
            IsResumed = run.Length > 0,
            Unfinished = UnfinishedIn(run),
            Snapshot = SnapshotIn(run),
            Compacted =
            [
                .. entries.Where(one => one is { Step: "compact", Event: JournalEntry.Begin })
                    .Select(one => one.Revision),
            ],
        };
    }

    private static JournalEntry[] Read(FileStream file)
    {
        if (file.Length > MaxBytes)
            return [];
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        return [.. reader.ReadToEnd().Split('\n').Select(JournalEntry.Parse).OfType<JournalEntry>()];
    }

    private static string? SnapshotIn(JournalEntry[] run) => run.Reverse()
        .TakeWhile(one => one is not { Step: "disarm", Event: JournalEntry.Begin })
        .FirstOrDefault(one => one is { Step: "snapshot", Event: not JournalEntry.Stop })?.Member;

    private static ulong? UnfinishedIn(JournalEntry[] run)
    {
        var last = run.LastOrDefault(
            one => one is { Step: "defragment", Event: JournalEntry.Begin or JournalEntry.End });
        return last is { Event: JournalEntry.Begin }
            && ulong.TryParse(last.Member, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
    }
}
