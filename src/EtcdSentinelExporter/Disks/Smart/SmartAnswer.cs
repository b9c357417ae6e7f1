namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What came of asking a drive.</summary>
/// <param name="State">One of <see cref="ReadState.All"/>.</param>
/// <param name="Message">One line for people, at most 300 characters; may be empty.</param>
/// <param name="ExitStatus">smartctl's bits; <see langword="null"/> where it did not end by itself.</param>
/// <param name="Report">What it printed; <see langword="null"/> unless <see cref="SmartReport.HasHealth"/>.</param>
/// <param name="Took">Time that the run took; <see langword="null"/> when none was started.</param>
/// <param name="IsAttempt">Whether this was an attempt, and not only a look at one that is still under way.</param>
internal sealed record SmartAnswer(
    string State, string Message, int? ExitStatus = null, SmartReport? Report = null, TimeSpan? Took = null,
    bool IsAttempt = true);
