using System.Text;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Parses etcd's <c>/metrics</c> page (text format 0.0.4) as a stream, and keeps the requested
/// families.</summary>
internal sealed class MetricsPageReader
{
    private readonly IReadOnlySet<string> _wanted;
    private readonly MetricsPageLimits _limits;
    private readonly ImmutableArray<MetricsSample>.Builder _samples = ImmutableArray.CreateBuilder<MetricsSample>();
    private long _total;
    private int _line;

    private MetricsPageReader(IReadOnlySet<string> wanted, MetricsPageLimits limits) =>
        (_wanted, _limits) = (wanted, limits);

    /// <inheritdoc cref="ReadAsync(Stream, IReadOnlySet{string}, MetricsPageLimits, CancellationToken)"/>
    public static Task<MetricsPage> ReadAsync(
        Stream stream, IReadOnlySet<string> wanted, CancellationToken cancellationToken) =>
        ReadAsync(stream, wanted, MetricsPageLimits.Default, cancellationToken);

    /// <param name="stream">Read to its end, and left open.</param>
    /// <param name="wanted">Names of families. A histogram includes its <c>_bucket</c>, <c>_sum</c> and
    /// <c>_count</c>.</param>
    /// <param name="limits">Maximum sizes of the page.</param>
    /// <exception cref="FormatException">
    /// A requested line is invalid, the page ends in the middle of a line, or a limit is exceeded; the message names
    /// the line. Lines of other families are not validated.
    /// </exception>
    public static async Task<MetricsPage> ReadAsync(
        Stream stream, IReadOnlySet<string> wanted, MetricsPageLimits limits, CancellationToken cancellationToken)
    {
        var reader = new MetricsPageReader(wanted, limits);
        await PageLines.ReadAsync(
            stream, new byte[limits.LineBytes], reader.TakeLines, reader.Fault, cancellationToken);
        return new(reader._samples.ToImmutable());
    }

    private ValueTask TakeLines(Memory<byte> lines)
    {
        _total += lines.Length;
        if (_total > _limits.TotalBytes)
            throw new FormatException($"the metrics page exceeds the limit of {_limits.TotalBytes} bytes");
        var rest = lines.Span;
        for (int length; (length = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(length + 1)..])
        {
            TakeLine(rest[..length]);
            _line++;
        }
        return ValueTask.CompletedTask;
    }

    private void TakeLine(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \t"u8);
        if (start is [] or [(byte)'#', ..] || !IsWanted(NameOf(start)))
            return;
        if (_samples.Count == _limits.Samples)
            throw Fault($"exceeds the limit of {_limits.Samples} samples");
        _samples.Add(MetricsPageLine.Parse(Encoding.UTF8.GetString(start)) ?? throw Fault("is not a valid sample"));
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

    private FormatException Fault(string what) => new($"line {_line + 1} of the metrics page {what}");
}

/// <summary>Limits for parsing a metrics page. etcd's own has 180 kB, with lines of up to 250 bytes.</summary>
/// <param name="LineBytes">Maximum length of a line; also the size of the read buffer.</param>
/// <param name="TotalBytes">Maximum size of the page, including families that are skipped.</param>
/// <param name="Samples">Maximum number of samples of requested families.</param>
internal sealed record MetricsPageLimits(int LineBytes, long TotalBytes, int Samples)
{
    public static MetricsPageLimits Default { get; } = new(LineBytes: 64 << 10, TotalBytes: 16 << 20, Samples: 20_000);
}
