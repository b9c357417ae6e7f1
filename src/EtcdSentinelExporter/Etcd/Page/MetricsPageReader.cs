using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Reads the page that etcd prints on <c>/metrics</c> (text format 0.0.4) as it comes in, and keeps what is
/// wanted.</summary>
internal sealed class MetricsPageReader
{
    private readonly IReadOnlySet<string> _wanted;
    private readonly MetricsPageLimits _limits;
    private readonly ImmutableArray<MetricsSample>.Builder _samples = ImmutableArray.CreateBuilder<MetricsSample>();
    private int _line;

    private MetricsPageReader(IReadOnlySet<string> wanted, MetricsPageLimits limits) =>
        (_wanted, _limits) = (wanted, limits);

    /// <inheritdoc cref="ReadAsync(Stream, IReadOnlySet{string}, MetricsPageLimits, CancellationToken)"/>
    public static Task<MetricsPage> ReadAsync(
        Stream stream, IReadOnlySet<string> wanted, CancellationToken cancellationToken) =>
        ReadAsync(stream, wanted, MetricsPageLimits.Default, cancellationToken);

    /// <param name="stream">Read to its end, and left open.</param>
    /// <param name="wanted">Families. That of a histogram also stands for its <c>_bucket</c>, <c>_sum</c> and
    /// <c>_count</c>.</param>
    /// <param name="limits">What a sane page stays below.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">
    /// A wanted line makes no sense, the page ends in the middle of a line, or a limit is passed; names the line.
    /// Lines of other families may hold anything.
    /// </exception>
    public static async Task<MetricsPage> ReadAsync(
        Stream stream, IReadOnlySet<string> wanted, MetricsPageLimits limits, CancellationToken cancellationToken)
    {
        var reader = new MetricsPageReader(wanted, limits);
        var buffer = new byte[limits.LineBytes];
        var filled = 0;
        for (var total = 0L; await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken) is > 0 and var read;)
        {
            total += read;
            if (total > limits.TotalBytes)
                throw reader.Fault($"the page is longer than {limits.TotalBytes} bytes");
            filled = reader.TakeLines(buffer, filled + read);
            if (filled == buffer.Length)
                throw reader.Fault($"the line is longer than {limits.LineBytes} bytes");
        }
        // Cut in the middle of a number, a line still looks whole: 20480 would be read as 204.
        return filled == 0
            ? new(reader._samples.ToImmutable())
            : throw reader.Fault("the page ends in the middle of the line");
    }

    /// <summary>Takes the whole lines, and moves what is left to the front.</summary>
    /// <returns>The length of what is left.</returns>
    private int TakeLines(byte[] buffer, int filled)
    {
        var start = 0;
        for (int length; (length = buffer.AsSpan(start..filled).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            TakeLine(buffer.AsSpan(start, length));
            _line++;
        }
        buffer.AsSpan(start..filled).CopyTo(buffer);
        return filled - start;
    }

    private void TakeLine(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \t"u8);
        if (start is [] or [(byte)'#', ..] || !IsWanted(NameOf(start)))
            return;
        if (_samples.Count == _limits.Samples)
            throw Fault($"the page has more than {_limits.Samples} wanted samples");
        _samples.Add(MetricsPageLine.Parse(Encoding.UTF8.GetString(start)) ?? throw Fault("this is no sample"));
    }

    private static string NameOf(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny("{ \t"u8);
        return Encoding.UTF8.GetString(end < 0 ? line : line[..end]);
    }

    private bool IsWanted(string name) => _wanted.Contains(name)
        || (name.LastIndexOf('_') is > 0 and var cut
            && name[cut..] is "_bucket" or "_sum" or "_count"
            && _wanted.Contains(name[..cut]));

    private FormatException Fault(string what) => new($"metrics page, line {_line + 1}: {what}");
}
