using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The mounts of one view, asked which of them a path is on.</summary>
/// <param name="text">A mountinfo file. Lines that are none are passed over.</param>
internal sealed class MountTable(byte[] text)
{
    /// <summary>More lines than any kernel allows by default (<c>fs.mount-max</c> is 100,000).</summary>
    private const int MaxLines = 200_000;

    /// <summary>For each path the mount that it is on; <see langword="null"/> where none covers it.</summary>
    /// <param name="paths">Absolute, in the table's own view, links followed.</param>
    /// <exception cref="FormatException">No line could be understood.</exception>
    public ImmutableArray<Mount?> Covering(IReadOnlyList<string> paths)
    {
        var wanted = paths.Select(Encoding.UTF8.GetBytes).ToArray();
        var covers = wanted.Select(_ => new List<Cover>()).ToArray();
        var understood = 0;
        var lines = 0;
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            if (++lines > MaxLines)
            {
                throw new FormatException(
                    $"the list of mounts has more than {MaxLines} lines; unmount what nobody needs");
            }

            if (!MountLine.TryRead(text.AsSpan(range), out var line))
                continue;
            understood++;
            for (var i = 0; i < wanted.Length; i++)
            {
                if (Covers(line.Point, wanted[i]))
                    covers[i].Add(new(line.Id, line.Parent, line.Point.Length, range));
            }
        }
        return understood > 0 ? [.. covers.Select(Walk)] : throw Nothing();
    }

    /// <summary>Mount points with a block device behind them whose path holds a name that begins with one of the words,
    /// with the word.</summary>
    /// <param name="most">No more than this.</param>
    /// <exception cref="FormatException">No line could be understood.</exception>
    public ImmutableArray<(string Point, string Word)> Named(IReadOnlyList<string> words, int most)
    {
        var wanted = words.Select(word => (Word: word, Bytes: Encoding.UTF8.GetBytes(word))).ToArray();
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        var understood = 0;
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            if (!MountLine.TryRead(text.AsSpan(range), out var line))
                continue;
            understood++;
            foreach (var (word, bytes) in wanted)
            {
                if (found.Count < most && Names(line.Point, bytes) && line.Whole() is { HasBlockDevice: true } mount)
                    found.Add((mount.Point, word));
            }
        }
        return understood > 0 ? found.DrainToImmutable() : throw Nothing();
    }

    /// <summary>Whether something is mounted on a folder.</summary>
    /// <param name="folder">Absolute.</param>
    public bool HasMountOn(string folder)
    {
        var wanted = Encoding.UTF8.GetBytes(folder);
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            if (MountLine.TryRead(text.AsSpan(range), out var line) && line.Point.SequenceEqual(wanted))
                return true;
        }
        return false;
    }

    /// <summary>Whether an overlay has a layer in a folder: then the folder is there.</summary>
    /// <param name="folder">Absolute.</param>
    public bool HasLayerIn(string folder)
    {
        var inside = Encoding.UTF8.GetBytes(folder + "/");
        var rest = text.AsSpan();
        while (rest.IndexOf(inside) is var at and >= 0)
        {
            // upperdir=/first, lowerdir=/first:/second.
            if (at > 0 && rest[at - 1] is (byte)'=' or (byte)':')
                return true;
            rest = rest[(at + inside.Length)..];
        }
        return false;
    }

    private static FormatException Nothing() => new("the list of mounts holds no mount");

    // A name begins where no letter or digit stands before it: /home/brooks is not of rook.
    private static bool Names(ReadOnlySpan<byte> point, ReadOnlySpan<byte> word)
    {
        for (var from = 0; point[from..].IndexOf(word) is var at and >= 0; from += at + 1)
        {
            if (from + at == 0 || !char.IsAsciiLetterOrDigit((char)point[from + at - 1]))
                return true;
        }
        return false;
    }

    private static bool Covers(ReadOnlySpan<byte> point, ReadOnlySpan<byte> path) =>
        point.Length == 1
        || (path.StartsWith(point) && (path.Length == point.Length || path[point.Length] == '/'));

    /// <summary>Goes the way that the kernel goes: from the root down, onto each mount that is in the way.</summary>
    /// <remarks>Neither the longest mount point nor the last line is right always: <c>/var</c> may be mounted over
    /// <c>/var/lib/etcd</c>, and a mount may be moved onto a younger one. The parent of a mount on the way is on the
    /// way too, so a parent that is not among them cannot be seen at all, and its mount is where the view
    /// begins.</remarks>
    private Mount? Walk(List<Cover> covers)
    {
        Cover? at = null;
        var known = covers.Select(cover => cover.Id).ToHashSet();
        // A mount on each step is one fewer to come: this ends.
        while (covers.Count > 0 && Next(covers, known, at) is { } next)
        {
            covers.Remove(next);
            at = next;
        }
        return at is { } last && MountLine.TryRead(text.AsSpan(last.Line), out var line) ? line.Whole() : null;
    }

    private static Cover? Next(List<Cover> covers, HashSet<int> known, Cover? at)
    {
        Cover? next = null;
        foreach (var cover in covers)
        {
            var isChild = at is { } parent
                ? cover.Parent == parent.Id
                : cover.Parent == cover.Id || !known.Contains(cover.Parent);
            // Of two at the same place, the later one is on top.
            if (isChild && (next is not { } best || cover.Length <= best.Length))
                next = cover;
        }
        return next;
    }

    private readonly record struct Cover(int Id, int Parent, int Length, Range Line);
}
