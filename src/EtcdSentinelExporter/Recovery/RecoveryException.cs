namespace EtcdSentinelExporter.Recovery;

/// <summary>A run stops: something is not as it must be.</summary>
/// <param name="code">The word that names it.</param>
/// <param name="message">What is so, and what to do: sentences.</param>
internal sealed class RecoveryException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
