using System.Buffers;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Consumes a part of the page. The buffer is reused after it completes.</summary>
internal delegate ValueTask TakeBytes(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

/// <summary>Copies the lines of some families of a metrics page, byte for byte, as a stream.</summary>
/// <remarks>The lines are not validated: duplicates and odd formatting of etcd are passed through.</remarks>
internal sealed class PassthroughFilter
{
    /// <summary>Maximum length of a line in bytes, and all the memory that a page needs. etcd's lines are shorter than
    /// 300.</summary>
    public const int MaxLineLength = 64 << 10;

    private readonly PassthroughFamilies _families;
    private int _line;
    private bool _isEtcd;

    private PassthroughFilter(PassthroughFamilies families) => _families = families;

    /// <param name="page">Read to its end, and left open.</param>
    /// <param name="take">Gets whole lines, in order.</param>
    /// <exception cref="FormatException">The page is not a metrics page of etcd, has a line above the limit, or ends in
    /// the middle of a line; the message names the line.</exception>
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
        if (!_isEtcd)
        {
            throw new FormatException(
                "the page has no sample of the selected families: it is not the metrics page of etcd");
        }
    }

    /// <summary>Moves the lines to pass through to the front.</summary>
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
                _isEtcd |= rest.StartsWith("etcd_server_"u8) || (isPassed && !IsOfAnyProgram(rest));
                return isPassed;
            default:
                throw Fault("is not a line of a metrics page");
        }
    }

    // Every Go program exports these families, so they do not prove that the page is etcd's.
    private static bool IsOfAnyProgram(ReadOnlySpan<byte> name) =>
        name.StartsWith("process_"u8) || name.StartsWith("go_"u8) || name.StartsWith("grpc_"u8)
        || name.StartsWith("promhttp_"u8) || name.StartsWith("os_fd_"u8);

    // Comments other than HELP and TYPE belong to no family.
    private static ReadOnlySpan<byte> NameOfComment(ReadOnlySpan<byte> comment)
    {
        var rest = comment.TrimStart(" \t"u8);
        return rest.StartsWith("HELP "u8) || rest.StartsWith("TYPE "u8) ? FirstWord(rest[5..].TrimStart(" \t"u8)) : [];
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text) => text[..text.IndexOfAny("{ \t\n"u8)];

    private FormatException Fault(string what) => new($"line {_line + 1} of the metrics page {what}");
}
