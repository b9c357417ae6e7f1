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
        var covers = wanted.Select(_ => new List<MountCover>()).ToArray();
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
        return valid > 0 ? [.. covers.Select(Top)] : throw NoMounts();
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

    private Mount? Top(List<MountCover> covers) =>
        MountCover.Top(covers) is { } top && MountLine.TryRead(text.AsSpan(top.Line), out var line)
            ? line.ToMount()
            : null;

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
}
