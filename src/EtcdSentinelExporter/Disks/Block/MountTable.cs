using System.Text;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The mounts of one mount namespace; finds the mount that covers a path.</summary>
/// <param name="text">Content of a mountinfo file. Invalid lines are skipped.</param>
internal sealed class MountTable(byte[] text)
{
    /// <summary>More lines than any kernel allows by default (<c>fs.mount-max</c> is 100,000).</summary>
    private const int MaxLines = 200_000;

    /// <summary>Returns the mount that covers each path; <see langword="null"/> if none does.</summary>
    /// <param name="paths">Absolute paths in the namespace of the table, with links resolved.</param>
    /// <exception cref="FormatException">No line is valid.</exception>
    public ImmutableArray<Mount?> Covering(IReadOnlyList<string> paths)
    {
        var wanted = paths.Select(Encoding.UTF8.GetBytes).ToArray();
        var covers = wanted.Select(_ => new List<Cover>()).ToArray();
        var valid = 0;
        var lines = 0;
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            if (++lines > MaxLines)
            {
                throw new FormatException(
                    $"the list of mounts has more than {MaxLines} lines; unmount unused file systems");
            }

            if (!MountLine.TryRead(text.AsSpan(range), out var line))
                continue;
            valid++;
            for (var i = 0; i < wanted.Length; i++)
            {
                if (Covers(line.Point, wanted[i]))
                    covers[i].Add(new(line.Id, line.Parent, line.Point.Length, range));
            }
        }
        return valid > 0 ? [.. covers.Select(TopMount)] : throw NoMounts();
    }

    /// <summary>Returns mount points on block devices whose path contains a name that begins with one of the words,
    /// with the word.</summary>
    /// <param name="max">Maximum number of results.</param>
    /// <exception cref="FormatException">No line is valid.</exception>
    public ImmutableArray<(string Point, string Word)> Named(IReadOnlyList<string> words, int max)
    {
        var wanted = words.Select(word => (Word: word, Bytes: Encoding.UTF8.GetBytes(word))).ToArray();
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        var valid = 0;
        foreach (var range in text.AsSpan().Split((byte)'\n'))
        {
            if (!MountLine.TryRead(text.AsSpan(range), out var line))
                continue;
            valid++;
            foreach (var (word, bytes) in wanted)
            {
                if (found.Count < max && ContainsName(line.Point, bytes)
                    && line.ToMount() is { HasBlockDevice: true } mount)
                {
                    found.Add((mount.Point, word));
                }
            }
        }
        return valid > 0 ? found.DrainToImmutable() : throw NoMounts();
    }

    /// <summary>True if something is mounted on the folder.</summary>
    /// <param name="folder">Absolute path.</param>
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

    /// <summary>True if an overlay has a layer in the folder, which proves that the folder exists.</summary>
    /// <param name="folder">Absolute path.</param>
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

    private static FormatException NoMounts() => new("the list of mounts holds no mount");

    // A name begins after a character that is neither letter nor digit: /home/brooks does not match rook.
    private static bool ContainsName(ReadOnlySpan<byte> point, ReadOnlySpan<byte> word)
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

    /// <summary>Walks mounts as the kernel does: from the root down, entering each mount on the way.</summary>
    /// <remarks>Neither the longest mount point nor the last line is always right. <c>/var</c> may be mounted over
    /// <c>/var/lib/etcd</c>, and a mount may be moved onto a newer one. The parent of a covering mount covers the path
    /// too. If a parent is not in the list, it is outside of this namespace, and its child is the root.</remarks>
    private Mount? TopMount(List<Cover> covers)
    {
        var known = covers.Select(cover => cover.Id).ToHashSet();
        // Of two mounts at the same point, the later one is on top.
        var best = covers.OrderByDescending(cover => cover.Length).ToArray();
        var children = best.GroupBy(cover => cover.Parent)
            .ToDictionary(group => group.Key, group => new Stack<Cover>(group));
        var root = Array.FindLastIndex(best, cover => cover.Parent == cover.Id || !known.Contains(cover.Parent));
        Cover? at = root < 0 ? null : best[root];
        // Each step removes one mount, so the loop ends, also if the list has a cycle.
        while (at is { } parent && children.TryGetValue(parent.Id, out var above) && above.TryPop(out var next))
            at = next;
        return at is { } last && MountLine.TryRead(text.AsSpan(last.Line), out var line) ? line.ToMount() : null;
    }

    private readonly record struct Cover(int Id, int Parent, int Length, Range Line);
}
