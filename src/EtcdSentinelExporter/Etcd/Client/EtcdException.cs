namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>A call to etcd failed, or its response was invalid.</summary>
/// <param name="reason">One of <see cref="EtcdReason"/>.</param>
/// <param name="message">One line for logs, without secrets.</param>
internal sealed class EtcdException(
    string reason, string message, Exception? cause = null) : IOException(message, cause)
{
    public string Reason { get; } = reason;

    /// <summary>The HTTP status if it was unexpected; otherwise <see langword="null"/>.</summary>
    public int? HttpStatus { get; init; }
}
