using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Logs changes from one poll to the next: a member that is down for a day is one line, not
/// 5,760.</summary>
internal sealed partial class MembersLog(ILogger log)
{
    private const int MaxErrors = 5;

    public void Changes(MembersReading? before, MembersReading now)
    {
        if (IsWithoutEtcd(now) && before?.Config is not { ExpectedBy.IsEmpty: true, Problems.IsEmpty: true })
            LogNothingFound(Others(now.Config), string.Join(", ", now.Config.LookedAt));
        foreach (var problem in now.Config.Problems.Except(before?.Config.Problems ?? []))
            LogConfigUnreadable(problem.Reason, problem.Message);
        foreach (var warning in now.Config.Warnings.Except(before?.Config.Warnings ?? [], StringComparer.Ordinal))
            LogWarning(warning);
        foreach (var installation in now.Config.Installations)
        {
            var known = before?.Config.Installations
                .FirstOrDefault(earlier => earlier.Source == installation.Source)?.Notes ?? [];
            foreach (var note in installation.Notes.Except(known, StringComparer.Ordinal))
                LogConfigNote(installation.Source, note);
        }
        foreach (var member in now.Members)
            Change(before?.Members.FirstOrDefault(m => m.Endpoint == member.Endpoint), member);
    }

    private static bool IsWithoutEtcd(MembersReading now) =>
        now.Config is { ExpectedBy.IsEmpty: true, Problems.IsEmpty: true };

    private static string Others(EtcdDiscovered config) =>
        config.OtherDatastores is [_, ..] others ? $": {string.Join("; ", others)}" : "";

    private void Change(MemberReading? before, MemberReading now)
    {
        if (now.Failure is { } failure && failure.Reason != before?.Failure?.Reason)
            LogNoResponse(now.Endpoint, failure.Reason, failure.Message);
        else if (now.Failure is null && before is null)
            LogFound(now.Endpoint, now.Identity?.Name ?? "", now.Identity?.Version ?? "");
        else if (now.Failure is null && before!.Failure is not null)
            LogRecovered(now.Endpoint);
        foreach (var (probe, record) in now.Probes)
        {
            var known = before?.Probes.GetValueOrDefault(probe)?.Failure?.Reason;
            if (now.Status is not null && record.Failure is { } why && why.Reason != known)
                LogProbeFailed(now.Endpoint, probe, why.Reason, why.Message);
        }
        foreach (var error in now.OtherErrors.Except(before?.OtherErrors ?? [], StringComparer.Ordinal)
            .Take(MaxErrors))
        {
            LogOtherError(now.Endpoint, error);
        }

        foreach (var problem in now.CredentialProblems.Except(before?.CredentialProblems ?? []))
            LogCredentials(now.Endpoint, problem.Reason, problem.Message);
    }

    [LoggerMessage(
        10, LogLevel.Information, "No etcd is configured and none was found on this node{Others}; searched {Paths}")]
    private partial void LogNothingFound(string others, string paths);

    [LoggerMessage(11, LogLevel.Warning, "Cannot read etcd's configuration: {Reason}: {Problem}")]
    private partial void LogConfigUnreadable(string reason, string problem);

    [LoggerMessage(19, LogLevel.Warning, "Search for etcd: {Problem}")]
    private partial void LogWarning(string problem);

    [LoggerMessage(16, LogLevel.Warning, "{Source}: {Note}")]
    private partial void LogConfigNote(string source, string note);

    [LoggerMessage(17, LogLevel.Warning, "Probe {Probe} of {Endpoint} failed: {Reason}: {Problem}")]
    private partial void LogProbeFailed(string endpoint, string probe, string reason, string problem);

    [LoggerMessage(18, LogLevel.Warning, "{Endpoint} reports an error: {Error}")]
    private partial void LogOtherError(string endpoint, string error);

    [LoggerMessage(12, LogLevel.Warning, "{Endpoint} does not respond: {Reason}: {Problem}")]
    private partial void LogNoResponse(string endpoint, string reason, string problem);

    [LoggerMessage(13, LogLevel.Information, "{Endpoint} is member {Member}, etcd {Version}")]
    private partial void LogFound(string endpoint, string member, string version);

    [LoggerMessage(14, LogLevel.Information, "{Endpoint} responds again")]
    private partial void LogRecovered(string endpoint);

    [LoggerMessage(15, LogLevel.Warning, "Cannot load certificate files for {Endpoint}: {Reason}: {Problem}")]
    private partial void LogCredentials(string endpoint, string reason, string problem);
}
