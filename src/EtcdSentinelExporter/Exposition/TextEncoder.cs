using System.Buffers;
using System.Text;

namespace EtcdSentinelExporter.Exposition;

/// <summary>The text of <c>/metrics</c>: what Prometheus has always read, or OpenMetrics 1.0.</summary>
internal enum TextFormat { Prometheus, OpenMetrics }

/// <summary>Writes both formats into a buffer that grows.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/ says what is escaped where.</remarks>
internal sealed class TextEncoder
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public int Length => _bytes.WrittenCount;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>Header and samples; nothing at all for a family without samples.</summary>
    public void Write(FamilyText family, TextFormat format)
    {
        if (family.Samples.IsEmpty)
            return;
        WriteHeader(family.Family, format);
        _bytes.Write(family.Samples.Span);
    }

    /// <summary>Writes the two header lines: the only thing in which the formats differ.</summary>
    /// <remarks>An <c>_info</c> family is a gauge in both, as Prometheus' own programs do it. There is no UNIT: it
    /// says nothing that the name does not say, and Prometheus refuses the page when the two disagree.</remarks>
    public void WriteHeader(MetricFamily family, TextFormat format)
    {
        if (format is TextFormat.OpenMetrics)
        {
            WriteType(family.OpenMetricsName, family.Type);
            WriteHelp(family.OpenMetricsName, family.Help, escapeQuotes: true);
        }
        else
        {
            WriteHelp(family.Name, family.Help, escapeQuotes: false);
            WriteType(family.Name, family.Type);
        }
    }

    public void WriteEnd(TextFormat format)
    {
        if (format is TextFormat.OpenMetrics)
            Write("# EOF\n");
    }

    /// <param name="name">Family and suffix.</param>
    /// <param name="labels">Escaped, without the braces; empty for none.</param>
    /// <param name="value">Any number: what may not be told is sorted out before.</param>
    public void WriteSample(string name, string labels, double value)
    {
        Write(name);
        if (labels is not "")
        {
            Write("{");
            Write(labels);
            Write("}");
        }
        Write(" ");
        Write(Number.Value(value));
        Write("\n");
    }

    private void WriteHelp(string name, string help, bool escapeQuotes)
    {
        var escaped = new StringBuilder();
        EscapedText.Append(escaped, help, escapeQuotes);
        Write($"# HELP {name} {escaped}\n");
    }

    private void WriteType(string name, MetricType type) => Write(type switch
    {
        MetricType.Counter => $"# TYPE {name} counter\n",
        MetricType.Histogram => $"# TYPE {name} histogram\n",
        _ => $"# TYPE {name} gauge\n",
    });

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _bytes);
}
