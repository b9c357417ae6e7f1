namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Result of an attempt to read a drive.</summary>
/// <param name="State">One of <see cref="ReadState.All"/>.</param>
/// <param name="Message">One human-readable line, at most 300 characters; may be empty.</param>
/// <param name="ExitStatus">smartctl's exit status bits; <see langword="null"/> if it did not exit by itself.</param>
/// <param name="Report">Parsed output; <see langword="null"/> unless <see cref="SmartReport.HasHealth"/>.</param>
/// <param name="Took">Duration of the run; <see langword="null"/> if none was started.</param>
/// <param name="IsAttempt">True if smartctl was run; false if an earlier run is still in progress or has just
/// ended.</param>
internal sealed record SmartAnswer(
    string State, string Message, int? ExitStatus = null, SmartReport? Report = null, TimeSpan? Took = null,
    bool IsAttempt = true);
