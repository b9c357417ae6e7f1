namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Reads the SMART report of a drive.</summary>
internal interface ISmartctl
{
    /// <summary>Reads a drive once. Never throws because of the drive; a failure is a state of the answer. Not safe for
    /// concurrent use.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<SmartAnswer> AskAsync(Drive drive, SmartQuestion question, CancellationToken cancellationToken);
}
