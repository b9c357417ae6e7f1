using System.Buffers;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Takes part of the memory given; the next piece comes only when it is done.</summary>
internal delegate ValueTask TakeBytes(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

/// <summary>Passes the lines of some families of a metrics page on, byte for byte, while the page arrives.</summary>
/// <remarks>What the lines say is not judged: what etcd prints twice, or in an odd way, arrives like that.</remarks>
internal sealed class PassthroughFilter
{
    /// <summary>Bytes of the longest line, and all the memory that a page takes. etcd's own are shorter than
    /// 300.</summary>
    public const int MaxLineLength = 64 << 10;

    private readonly PassthroughFamilies _families;
    private int _line;

    private PassthroughFilter(PassthroughFamilies families) => _families = families;

    private bool IsEtcd { get; set; }

    /// <param name="page">Read to its end, and left open.</param>
    /// <param name="families">Those that are passed on.</param>
    /// <param name="take">Gets whole lines, in order.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="FormatException">It is no metrics page, has a line that is too long, was cut in the middle of a
    /// line, or has no sample that etcd alone would have; names the line.</exception>
    public static async Task CopyAsync(
        Stream page, PassthroughFamilies families, TakeBytes take, CancellationToken cancellationToken)
    {
        var filter = new PassthroughFilter(families);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxLineLength);
        try
        {
            await filter.CopyAsync(page, buffer, take, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CopyAsync(Stream page, byte[] buffer, TakeBytes take, CancellationToken cancellationToken)
    {
        await PageLines.ReadAsync(
            page, buffer,
            lines => KeepLines(lines.Span) is > 0 and var kept
                ? take(lines[..kept], cancellationToken)
                : ValueTask.CompletedTask,
            Fault, cancellationToken);
        if (!IsEtcd)
        {
            throw new FormatException(
                "the page holds no sample of the families that are passed on: this is no page of etcd's");
        }
    }

    /// <summary>Moves the lines that are passed on to the front.</summary>
    /// <returns>Their length.</returns>
    private int KeepLines(Span<byte> lines)
    {
        var kept = 0;
        for (var rest = lines; rest.IndexOf((byte)'\n') + 1 is > 0 and var length; rest = rest[length..])
        {
            var line = rest[..length];
            if (IsPassed(line))
            {
                line.CopyTo(lines[kept..]);
                kept += length;
            }
            _line++;
        }
        return kept;
    }

    private bool IsPassed(ReadOnlySpan<byte> line)
    {
        var rest = line.TrimStart(" \t"u8);
        switch (rest[0])
        {
            case (byte)'#':
                return _families.Includes(NameOfComment(rest[1..]));
            case (byte)'\n':
                return false;
            case >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or (byte)'_' or (byte)':':
                var isPassed = _families.Includes(FirstWord(rest));
                IsEtcd |= rest.StartsWith("etcd_server_"u8) || (isPassed && !IsOfAnyProgram(rest));
                return isPassed;
            default:
                throw Fault("is no line of a metrics page");
        }
    }

    // Every program in Go tells of its process; that it does makes it no etcd.
    private static bool IsOfAnyProgram(ReadOnlySpan<byte> name) =>
        name.StartsWith("process_"u8) || name.StartsWith("go_"u8) || name.StartsWith("grpc_"u8)
        || name.StartsWith("promhttp_"u8) || name.StartsWith("os_fd_"u8);

    // Comments that are neither HELP nor TYPE belong to nobody.
    private static ReadOnlySpan<byte> NameOfComment(ReadOnlySpan<byte> comment)
    {
        var rest = comment.TrimStart(" \t"u8);
        return rest.StartsWith("HELP "u8) || rest.StartsWith("TYPE "u8) ? FirstWord(rest[5..].TrimStart(" \t"u8)) : [];
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text) => text[..text.IndexOfAny("{ \t\n"u8)];

    private FormatException Fault(string what) => new($"line {_line + 1} of the metrics page {what}");
}
