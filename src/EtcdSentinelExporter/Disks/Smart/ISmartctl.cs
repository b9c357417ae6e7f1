namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Whatever answers for a drive.</summary>
internal interface ISmartctl
{
    /// <summary>Asks once, and never throws because of the drive. One call at a time.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<SmartAnswer> AskAsync(Drive drive, SmartQuestion question, CancellationToken cancellationToken);
}
