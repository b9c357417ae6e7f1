namespace EtcdSentinelExporter.Host;

/// <summary>What a regular file held when it was read.</summary>
/// <param name="ModifiedAt">When its content changed last, links followed: from the very file that was read.</param>
internal sealed record HostFile(byte[] Bytes, DateTimeOffset ModifiedAt);

/// <summary>A file that is there, and that is not read because of what it is.</summary>
/// <param name="reason">One of the constants; fit for a label.</param>
internal sealed class FileRefusedException(string reason, string message) : IOException(message)
{
    public const string NotAFile = "not_a_file";
    public const string TooLarge = "too_large";
    public const string TooManyLinks = "too_many_links";

    public string Reason { get; } = reason;
}
