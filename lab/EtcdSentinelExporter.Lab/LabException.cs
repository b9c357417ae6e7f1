namespace EtcdSentinelExporter.Lab;

/// <summary>A failure of the lab whose message is for its user.</summary>
/// <param name="exitCode">1 for a failure, 64 for wrong usage, 77 if this machine lacks a requirement.</param>
internal sealed class LabException(string message, int exitCode = 1) : Exception(message)
{
    public const int Usage = 64;
    public const int Lacking = 77;

    public int ExitCode => exitCode;
}
