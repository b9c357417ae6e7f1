using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>What a process wrote to one stream.</summary>
/// <param name="ExceedsLimit">True if there was more output than the limit.</param>
internal sealed record CapturedOutput(byte[] Bytes, bool ExceedsLimit)
{
    private const int MaxLineBytes = 300;

    /// <summary>Its beginning, as one line for a message.</summary>
    public string Line()
    {
        var text = Encoding.UTF8.GetString(Bytes.AsSpan(0, Math.Min(Bytes.Length, MaxLineBytes)));
        return string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
    }
}
