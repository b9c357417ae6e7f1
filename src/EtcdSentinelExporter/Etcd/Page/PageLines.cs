namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Splits a metrics page into lines while it arrives, in a buffer of fixed size.</summary>
internal static class PageLines
{
    /// <param name="page">Read to its end, and left open.</param>
    /// <param name="buffer">Limits the length of a line; all the memory that a page takes.</param>
    /// <param name="take">Gets whole lines, each with its line feed, in order.</param>
    /// <param name="fault">Makes the exception for the line after those that were taken.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
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
                throw fault($"is longer than {buffer.Length} bytes");
        }
        // Cut in the middle of a number, a line still looks whole: 20480 would be read as 204.
        if (filled > 0)
            throw fault("is cut off: the page ends in the middle of it");
    }
}
