using System.Buffers.Text;
using System.Text;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>One line of mountinfo: <c>id parent major:minor root point options [optional…] - type source
/// options</c>.</summary>
/// <remarks>Parsed in place, because of ten thousand lines only a dozen are needed. See
/// proc_pid_mountinfo(5).</remarks>
internal readonly ref struct MountLine
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly Range _device;

    private readonly Range _options;

    private MountLine(
        ReadOnlySpan<byte> line, int id, int parent, Range device, ReadOnlySpan<byte> point, Range options)
    {
        _line = line;
        Id = id;
        Parent = parent;
        _device = device;
        Point = point;
        _options = options;
    }

    public int Id { get; }

    public int Parent { get; }

    /// <summary>Mount point, unescaped.</summary>
    public ReadOnlySpan<byte> Point { get; }

    /// <returns>True if the first fields are those of a mountinfo line; the end of the line is not checked.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out MountLine mount)
    {
        mount = default;
        Span<Range> fields = stackalloc Range[6];
        if (Fields(line, fields) < 6
            || !Utf8Parser.TryParse(line[fields[0]], out int id, out var idLength) || line[fields[0]].Length != idLength
            || !Utf8Parser.TryParse(line[fields[1]], out int parent, out var parentLength)
                || line[fields[1]].Length != parentLength
            || line[fields[4]] is not [(byte)'/', ..])
        {
            return false;
        }
        mount = new(line, id, parent, fields[2], Unescaped(line[fields[4]]), fields[5]);
        return true;
    }

    /// <returns><see langword="null"/> if the line is truncated.</returns>
    public Mount? ToMount()
    {
        // Optional fields end with a single dash; those of newer kernels are skipped.
        var dash = _line.IndexOf(" - "u8);
        if (dash < 0)
            return null;
        var rest = _line[(dash + 3)..];
        Span<Range> fields = stackalloc Range[3];
        var count = Fields(rest, fields);
        return count < 2 ? null : new(
            Text(_line[_device]), Encoding.UTF8.GetString(Point), Text(Unescaped(rest[fields[0]])),
            Text(Unescaped(rest[fields[1]])))
        {
            IsReadOnly = count > 2 ? IsReadOnly(rest[fields[2]]) : null,
            IsMountReadOnly = IsReadOnly(_line[_options]),
        };
    }

    // The kernel writes rw or ro first. Since Linux 6.12 ext4 stays rw after an error, and since 6.15 it appends a word
    // that says so.
    private static bool IsReadOnly(ReadOnlySpan<byte> options)
    {
        foreach (var range in options.Split((byte)','))
        {
            var option = options[range];
            if ((range.Start.Value == 0 && option.SequenceEqual("ro"u8))
                || option.SequenceEqual("emergency_ro"u8) || option.SequenceEqual("shutdown"u8))
            {
                return true;
            }
        }
        return false;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static int Fields(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var count = 0;
        for (var start = 0; count < fields.Length && start < line.Length;)
        {
            var length = line[start..].IndexOf((byte)' ');
            var end = length < 0 ? line.Length : start + length;
            fields[count++] = start..end;
            start = end + 1;
        }
        return count;
    }

    // Space, tab, line feed, backslash and number sign are written as a backslash and three octal digits.
    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> field)
    {
        if (!field.Contains((byte)'\\'))
            return field;
        var bytes = new byte[field.Length];
        var length = 0;
        for (var at = 0; at < field.Length; at++)
        {
            if (field[at..] is
                [(byte)'\\', >= (byte)'0' and <= (byte)'3' and var a, >= (byte)'0' and <= (byte)'7' and var b,
                >= (byte)'0' and <= (byte)'7' and var c, ..])
            {
                bytes[length++] = (byte)(((a - '0') << 6) | ((b - '0') << 3) | (c - '0'));
                at += 3;
            }
            else
            {
                bytes[length++] = field[at];
            }
        }
        return bytes.AsSpan(0, length);
    }
}
