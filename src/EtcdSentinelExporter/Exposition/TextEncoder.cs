using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Exposition;

/// <summary>The text of <c>/metrics</c>: what Prometheus has always read, or OpenMetrics 1.0.</summary>
internal enum TextFormat { Prometheus, OpenMetrics }

/// <summary>Writes both formats into a buffer that grows.</summary>
internal sealed class TextEncoder
{
    // https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information
    private static readonly SearchValues<char> EscapedInHelp = SearchValues.Create("\\\n");
    private static readonly SearchValues<char> EscapedInLabel = SearchValues.Create("\\\n\"");

    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }

    public byte[] ToArray() => _buffer.AsSpan(0, Length).ToArray();

    /// <summary>Writes the two header lines: the only thing in which the formats differ.</summary>
    public void WriteHeader(MetricFamily family, TextFormat format)
    {
        if (format is TextFormat.OpenMetrics)
        {
            var name = family.Name.AsSpan(0, family.Name.Length - (family.Type is MetricType.Counter ? "_total".Length : 0));
            WriteType(name, family.Type);
            WriteHelp(name, family.Help, EscapedInLabel);
        }
        else
        {
            WriteHelp(family.Name, family.Help, EscapedInHelp);
            WriteType(family.Name, family.Type);
        }
    }

    public void Write(FamilyText family, TextFormat format)
    {
        WriteHeader(family.Family, format);
        Write(family.Samples.Span);
    }

    public void WriteEnd(TextFormat format)
    {
        if (format is TextFormat.OpenMetrics)
            Write("# EOF\n"u8);
    }

    /// <param name="le">Upper bound of a bucket; <see langword="null"/> for any other sample.</param>
    public void WriteSample(MetricFamily family, string suffix, double value, ReadOnlySpan<string> labelValues, double? le = null)
    {
        if (labelValues.Length != family.Labels.Length)
            throw new ArgumentException($"{family.Name} has {family.Labels.Length} labels, but got {labelValues.Length} values.", nameof(labelValues));

        Write(family.Name);
        Write(suffix);
        var opened = false;
        for (var i = 0; i < labelValues.Length; i++)
        {
            if (labelValues[i] is "")
                continue;
            WriteLabel(family.Labels[i], ref opened);
            WriteEscaped(labelValues[i], EscapedInLabel);
            Write("\""u8);
        }
        if (le is { } bound)
        {
            WriteLabel("le", ref opened);
            WriteBound(bound);
            Write("\""u8);
        }
        Write(opened ? "} "u8 : " "u8);
        Write(value);
        Write("\n"u8);
    }

    private void WriteLabel(string name, ref bool opened)
    {
        Write(opened ? ","u8 : "{"u8);
        Write(name);
        Write("=\""u8);
        opened = true;
    }

    // OpenMetrics wants 1.0 where the text format would also take 1: one spelling serves both, and keeps the series the same.
    private void WriteBound(double bound)
    {
        Write(bound);
        if (double.IsInteger(bound) && bound < 1e15)
            Write(".0"u8);
    }

    private void WriteHelp(ReadOnlySpan<char> name, string help, SearchValues<char> escaped)
    {
        Write("# HELP "u8);
        Write(name);
        Write(" "u8);
        WriteEscaped(help, escaped);
        Write("\n"u8);
    }

    private void WriteType(ReadOnlySpan<char> name, MetricType type)
    {
        Write("# TYPE "u8);
        Write(name);
        Write(type switch { MetricType.Counter => " counter\n"u8, MetricType.Histogram => " histogram\n"u8, _ => " gauge\n"u8 });
    }

    private void WriteEscaped(ReadOnlySpan<char> text, SearchValues<char> special)
    {
        for (int next; (next = text.IndexOfAny(special)) >= 0; text = text[(next + 1)..])
        {
            Write(text[..next]);
            Write(text[next] switch { '\n' => "\\n"u8, '"' => "\\\""u8, _ => "\\\\"u8 });
        }
        Write(text);
    }

    private void Write(double value)
    {
        switch (value)
        {
            case double.NaN: Write("NaN"u8); break;
            case double.PositiveInfinity: Write("+Inf"u8); break;
            case double.NegativeInfinity: Write("-Inf"u8); break;
            default:
                const int longestDouble = 32;
                value.TryFormat(Reserve(longestDouble), out var written, provider: CultureInfo.InvariantCulture);
                Length += written;
                break;
        }
    }

    private void Write(ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - Length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + size));
        return _buffer.AsSpan(Length);
    }
}
