namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>etcd could not be asked, or did not answer what was asked.</summary>
/// <param name="reason">One of <see cref="EtcdReason"/>.</param>
/// <param name="message">One line for people, without secrets.</param>
internal sealed class EtcdException(
    string reason, string message, Exception? cause = null) : IOException(message, cause)
{
    public string Reason { get; } = reason;

    /// <summary>The HTTP status when it was not the expected one; <see langword="null"/> otherwise.</summary>
    public int? HttpStatus { get; init; }
}
