namespace EtcdSentinelExporter.Host;

/// <param name="ModifiedAt">Last modification, links followed, taken from the file handle that was read.</param>
/// <param name="State">Taken from the same handle, before the bytes; <see langword="null"/> on a file system that does
/// not report it.</param>
internal sealed record HostFile(byte[] Bytes, DateTimeOffset ModifiedAt, FileState? State);

/// <summary>The file exists, but is rejected because of its type, size or links.</summary>
/// <param name="reason">One of the constants; can be used as a label value.</param>
internal sealed class FileRefusedException(string reason, string message) : IOException(message)
{
    public const string NotAFile = "not_a_file";
    public const string TooLarge = "too_large";
    public const string TooManyLinks = "too_many_links";

    public string Reason { get; } = reason;
}
