namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Splits a metrics page into lines as a stream, in a buffer of fixed size.</summary>
internal static class PageLines
{
    /// <param name="page">Read to its end, and left open.</param>
    /// <param name="buffer">Limits the length of a line, and is all the memory that a page needs.</param>
    /// <param name="take">Gets whole lines, each with its line feed, in order.</param>
    /// <param name="fault">Creates the exception for the line after those already passed to
    /// <paramref name="take"/>.</param>
    /// <exception cref="FormatException">A line is too long, or the page ends in the middle of one.</exception>
    public static async Task ReadAsync(
        Stream page, Memory<byte> buffer, Func<Memory<byte>, ValueTask> take, Func<string, FormatException> fault,
        CancellationToken cancellationToken)
    {
        var filled = 0;
        while (await page.ReadAsync(buffer[filled..], cancellationToken) is > 0 and var read)
        {
            filled += read;
            var whole = buffer.Span[..filled].LastIndexOf((byte)'\n') + 1;
            if (whole > 0)
                await take(buffer[..whole]);
            buffer[whole..filled].CopyTo(buffer);
            filled -= whole;
            if (filled == buffer.Length)
                throw fault($"exceeds the limit of {buffer.Length} bytes");
        }
        // A line cut in the middle of a number still looks complete: 20480 would be read as 204.
        if (filled > 0)
            throw fault("is truncated: the page ends without a line break");
    }
}
